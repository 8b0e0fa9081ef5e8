/** Names typed and not yet sent, for each user: a session that ends loses none. Kept in memory only. */
const drafts = new Map<number, string>();

export const draftOf = (userId: number): string => drafts.get(userId) ?? '';

export function keepDraft(userId: number, name: string): void {
  if (name === '') drafts.delete(userId);
  else drafts.set(userId, name);
}
