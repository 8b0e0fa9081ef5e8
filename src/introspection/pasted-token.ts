/**
 * What a person copies along without seeing it, or a file has at its end: white space, byte order marks, zero-width
 * characters, control characters.
 */
const WITHOUT_MARGINS =
  /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}](?:[^]*[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}])?/u;
const UNSEEN = /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}]+/gu;

/** A text without what is not seen before and after it. None of that is ever a part of a token. */
export const withoutMargins = (text: string): string => WITHOUT_MARGINS.exec(text)?.[0] ?? '';

/** Escapes of ASCII characters in addresses. */
const PERCENT = /%([0-7][\da-f])/gi;
/** What else becomes of the bar on its way through pages, JSON, shells and tables. */
const BAR = /&(?:#0*124|#x0*7c|vert|verbar|verticalline);|\\u007c|\\+\|/gi;
/** As long as the shortest secret there is, with its id or without. */
const CANDIDATE = /(?<!\w)(?:[1-9]\d{0,15}\|)?\w{16,}/g;

const unescaped = (text: string): string =>
  text.replace(PERCENT, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

/**
 * Finds tokens in what somebody pasted: with the word Bearer, in quotes, as a line of a file, escaped by an address or
 * a page, or broken over lines by a mail.
 * @param isToken whether a text has the form of a token
 */
export function tokensIn(pasted: string, isToken: (text: string) => boolean): string[] {
  // Twice, because an address within an address is escaped twice.
  const text = unescaped(unescaped(pasted)).replace(BAR, '|');
  const found = [text, text.replace(UNSEEN, '')].map((form) => (form.match(CANDIDATE) ?? []).filter(isToken));
  return [...new Set(found.find((tokens) => tokens.length > 0))];
}
