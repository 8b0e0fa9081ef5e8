import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { createClient } from '@redis/client';
import { Settings } from '../config/settings.js';

/** The connection is pinged every second. If it is silent for longer than this, it is given up. */
const SILENT_AFTER_MS = 2500;
const PING_EVERY_MS = 1000;
const RECONNECT_EVERY_MS = 1000;

/** The connection to Redis, if the operator has one. While Redis is away, a new connection is tried every second. */
@Injectable()
export class RedisConnection implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(RedisConnection.name);
  /** Undefined without `REDIS_URL`. */
  readonly client: ReturnType<typeof newClient> | undefined;
  private away = false;

  constructor({ redisUrl }: Settings) {
    if (redisUrl === undefined) return;
    this.client = newClient(redisUrl);
    this.client.on('error', this.onError);
    this.client.on('ready', this.onReady);
  }

  /** The start does not wait for Redis: until it is there, this process counts for itself. */
  onModuleInit(): void {
    this.client?.connect().catch(this.onError);
  }

  onApplicationShutdown(): void {
    if (this.client?.isOpen) this.client.destroy();
  }

  private readonly onError = (error: unknown): void => {
    if (!this.away) {
      this.logger.warn(`Redis is away; this process counts limits by itself. ${String(error)}`);
    }
    this.away = true;
  };

  private readonly onReady = (): void => {
    if (this.away) this.logger.log('Redis is back; limits are shared again.');
    this.away = false;
  };
}

const newClient = (url: string) =>
  createClient({
    url,
    disableOfflineQueue: true,
    pingInterval: PING_EVERY_MS,
    socket: {
      connectTimeout: SILENT_AFTER_MS,
      socketTimeout: SILENT_AFTER_MS,
      reconnectStrategy: RECONNECT_EVERY_MS,
    },
  });
