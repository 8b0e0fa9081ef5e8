import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { Metrics } from '../metrics/metrics.js';
import { codeOf } from './database-errors.js';
import { WriteBehind, type WriteBehindRules } from './write-behind.js';

/**
 * The order in which buffers are emptied. Look-ups come first, because what they find is noted in buffers of the
 * next stage.
 */
const STAGES = ['look-ups', 'writes'] as const;

type Stage = (typeof STAGES)[number];

/** The names come from the metric, so that every buffer has a count of what the database refuses. */
export type BufferName = keyof Metrics['rowsDropped'];

/** A `WriteBehind` of any items. */
interface Buffered {
  flush(): Promise<void>;
  finish(): Promise<void>;
}

/**
 * Empties all buffers at regular intervals, and once more when the service stops: after the last request, and before
 * the database is closed.
 */
@Injectable()
export class BackgroundFlush implements OnModuleInit {
  private readonly logger = new Logger(BackgroundFlush.name);
  private readonly buffers: Readonly<Record<Stage, Buffered[]>> = { 'look-ups': [], writes: [] };
  private readonly added = new Set<BufferName>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly metrics: Metrics,
  ) {}

  /** Makes a buffer that is emptied at this stage. */
  add<Key extends number | string, Item>(
    stage: Stage,
    name: BufferName,
    rules: WriteBehindRules<Item>,
  ): WriteBehind<Key, Item> {
    const buffer = new WriteBehind<Key, Item>(rules, (error, count) => {
      this.metrics.rowsDropped[name].add(count);
      this.logger.warn(
        `Dropped ${count} of what waited (${name}): the database refuses it, ${codeOf(error)}.`,
      );
    });
    this.buffers[stage].push(buffer);
    this.added.add(name);
    return buffer;
  }

  /** Of all buffers. */
  get names(): BufferName[] {
    return [...this.added];
  }

  onModuleInit(): void {
    this.timer = setInterval(() => void this.flush(), this.settings.backgroundFlushMs).unref();
  }

  async flush(): Promise<void> {
    for (const stage of STAGES) await Promise.all(this.buffers[stage].map((buffer) => buffer.flush()));
  }

  /** `DatabaseConnection` calls this, and then closes the database. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    for (const stage of STAGES) await Promise.all(this.buffers[stage].map((buffer) => buffer.finish()));
  }
}
