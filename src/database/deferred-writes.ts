/** Writes what has gathered in memory: now and then, one write at a time, and once more in the end. */
export class DeferredWrites {
  private writing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** @param write takes what waits by then; must not fail */
  constructor(private readonly write: () => Promise<void>) {}

  start(everyMs: number): void {
    this.timer = setInterval(() => void this.flush(), everyMs).unref();
  }

  /** Joins a write that is under way. */
  flush(): Promise<void> {
    this.writing ??= this.write().finally(() => {
      this.writing = undefined;
    });
    return this.writing;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.writing;
    await this.flush();
  }
}
