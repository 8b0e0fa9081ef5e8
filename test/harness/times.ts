/** How long things took, in milliseconds. */
export class Times {
  private readonly all: number[] = [];

  add(ms: number): void {
    this.all.push(ms);
  }

  /** @returns what so many of a hundred did not exceed */
  percentile(percent: number): number {
    const sorted = this.all.toSorted((a, b) => a - b);
    return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0;
  }
}
