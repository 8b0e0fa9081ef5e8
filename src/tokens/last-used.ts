import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { TokenRepository, type Use } from './token.repository.js';

/** How many tokens one statement stamps. */
const CHUNK = 200;
/** How many tokens' stamps wait at most; a use beyond them is not recorded. */
const WAITING_AT_MOST = 100_000;

/**
 * Remembers when and from where each token was last used, and writes it down now and then, off the path of
 * the requests: verification never writes.
 */
@Injectable()
export class LastUsed implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(LastUsed.name);
  private waiting = new Map<number, Use>();
  /** On its way to the database. */
  private leaving = new Map<number, Use>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly tokens: TokenRepository,
    private readonly settings: Settings,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.flush(), this.settings.lastUsedFlushMs).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  note(use: Use): void {
    const before = this.waiting.get(use.id);
    if (before === undefined && this.waiting.size >= WAITING_AT_MOST) return;
    if (before === undefined || before.at <= use.at) this.waiting.set(use.id, use);
  }

  /** The newest use that the database may not know yet. */
  pending(id: number): Use | undefined {
    return this.waiting.get(id) ?? this.leaving.get(id);
  }

  /** Writes down what waits. What could not be written waits on. */
  async flush(): Promise<void> {
    if (this.leaving.size > 0 || this.waiting.size === 0) return;
    this.leaving = this.waiting;
    this.waiting = new Map();
    const uses = [...this.leaving.values()];
    try {
      for (let from = 0; from < uses.length; from += CHUNK) {
        await this.tokens.stamp(uses.slice(from, from + CHUNK));
      }
    } catch (error) {
      this.logger.warn(
        `Could not write when ${uses.length} tokens were last used; trying again. ${String(error)}`,
      );
      for (const use of uses) if (!this.waiting.has(use.id)) this.note(use);
    } finally {
      this.leaving = new Map();
    }
  }
}
