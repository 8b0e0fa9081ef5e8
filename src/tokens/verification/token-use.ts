/** The newest use of a token. */
export interface Use {
  readonly id: number;
  readonly at: Date;
  /** Null where a proxy named something else. */
  readonly address: string | null;
  /** When its previous secret was last used; null where it was not. */
  readonly previousAt: Date | null;
}

/** The later one. */
export const latest = (one: Date | null, other: Date | null): Date | null =>
  other === null || (one !== null && one >= other) ? one : other;
