import { setImmediate } from 'node:timers/promises';
import { isDataRefused } from './database-errors.js';

/** What a buffer does with its items. */
export interface WriteBehindRules<Item> {
  /** How many items wait at most. An item beyond them is dropped. */
  readonly waitingAtMost: number;
  /** How many items are written at once. */
  readonly chunk: number;
  /** After so many failed chunks, the rest is not tried in this flush. */
  readonly failuresAtMost: number;
  /** What becomes of an item that could not be written: it waits for the next flush, or it is dropped. */
  readonly unwritten: 'waits' | 'is dropped';
  /** Makes one item of two that have the same key. */
  readonly merge: (before: Item, item: Item) => Item;
  readonly write: (items: readonly Item[]) => Promise<void>;
  /** Is told of each chunk that could not be written. */
  readonly complain: (error: unknown, count: number) => void;
}

/** Is told how many items of a chunk were dropped because the database refuses them, and with which error. */
export type OnRefused = (error: unknown, count: number) => void;

/** Gathers items in memory, one for each key, and writes them later, so that no request waits for a write. */
export class WriteBehind<Key extends number | string, Item> {
  private waiting = new Map<Key, Item>();
  /** On their way to the database. */
  private leaving: ReadonlyMap<Key, Item> = new Map();
  private flushing: Promise<void> | undefined;

  constructor(
    private readonly rules: WriteBehindRules<Item>,
    private readonly onRefused: OnRefused,
  ) {}

  get size(): number {
    return this.waiting.size + this.leaving.size;
  }

  note(key: Key, item: Item): void {
    const before = this.waiting.get(key);
    if (before !== undefined) this.waiting.set(key, this.rules.merge(before, item));
    else if (this.waiting.size < this.rules.waitingAtMost) this.waiting.set(key, item);
  }

  /** The newest item that the database may not have yet. */
  pending(key: Key): Item | undefined {
    return this.waiting.get(key) ?? this.leaving.get(key);
  }

  /** Writes what waits, or joins a flush that is under way. Never fails. */
  flush(): Promise<void> {
    this.flushing ??= this.writeAll().finally(() => {
      this.flushing = undefined;
    });
    return this.flushing;
  }

  /** Writes also what came while a flush was under way. */
  async finish(): Promise<void> {
    await this.flushing;
    await this.flush();
  }

  private async writeAll(): Promise<void> {
    this.leaving = this.waiting;
    this.waiting = new Map();
    const { chunk, failuresAtMost, unwritten } = this.rules;
    // All instances write in the order of the keys, so that they seldom lock each other out. All keys are sorted, not
    // only those of each chunk, because neighbours share a page of the table.
    const keys = [...this.leaving.keys()].sort((a, b) => (a < b ? -1 : 1));
    let failures = 0;
    for (let from = 0; from < keys.length; from += chunk) {
      const some = keys.slice(from, from + chunk);
      const left = failures >= failuresAtMost ? some : await this.writeChunk(some);
      if (left.length > 0) failures += 1;
      if (unwritten === 'waits') for (const key of left) this.note(key, this.itemOf(key));
      // SQLite writes within this process: let the requests that came meanwhile go first.
      await setImmediate();
    }
    this.leaving = new Map();
  }

  /** @returns what is left to write; nothing refused is among it */
  private async writeChunk(keys: readonly Key[]): Promise<readonly Key[]> {
    const refused: unknown[] = [];
    const left = await this.write(keys, refused);
    if (refused.length > 0) this.onRefused(refused[0], refused.length);
    return left;
  }

  /** Halves what the database refuses, until it is one item, which is dropped: the others must not wait for it. */
  private async write(keys: readonly Key[], refused: unknown[]): Promise<readonly Key[]> {
    try {
      await this.rules.write(keys.map((key) => this.itemOf(key)));
      return [];
    } catch (error) {
      if (!isDataRefused(error)) {
        this.rules.complain(error, keys.length);
        return keys;
      }
      if (keys.length === 1) {
        refused.push(error);
        return [];
      }
    }
    await setImmediate();
    const middle = keys.length >> 1;
    const left = await this.write(keys.slice(0, middle), refused);
    if (left.length > 0) return [...left, ...keys.slice(middle)];
    return this.write(keys.slice(middle), refused);
  }

  private itemOf(leaving: Key): Item {
    return this.leaving.get(leaving) as Item;
  }
}
