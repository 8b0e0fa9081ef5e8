/** Forms filled in and not yet sent, for each user: a session that ends loses none. Kept in memory only. */
const drafts = new Map<number, FormData>();

export const draftOf = (userId: number): FormData => drafts.get(userId) ?? new FormData();

export function keepDraft(userId: number, fields: FormData): void {
  drafts.set(userId, fields);
}

export function forgetDraft(userId: number): void {
  drafts.delete(userId);
}
