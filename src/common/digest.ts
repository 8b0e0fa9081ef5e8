import { hash } from 'node:crypto';

/** What is stored in place of a text that nobody may read there: its SHA-256 in lower-case hex. */
export const digest = (text: string): string => hash('sha256', text, 'hex');
