import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../config/settings.js';

/**
 * The order in which buffers are emptied. Look-ups come first, because what they find is noted in buffers of the
 * next stage.
 */
const STAGES = ['look-ups', 'writes'] as const;

type Stage = (typeof STAGES)[number];

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
  private readonly buffers: Readonly<Record<Stage, Buffered[]>> = { 'look-ups': [], writes: [] };
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly settings: Settings) {}

  add<B extends Buffered>(stage: Stage, buffer: B): B {
    this.buffers[stage].push(buffer);
    return buffer;
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
