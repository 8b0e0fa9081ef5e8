/** The only thing that ever carries the plain text of a token out of this room. */
export interface NewAccessToken {
  readonly id: number;
  /** `{id}|{secret}` */
  readonly plainText: string;
}
