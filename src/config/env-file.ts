import { lstatSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** One setting on one line; a comment may follow. A `#` in a value needs quotes, or it would begin a comment. */
const LINE =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*(?:(?:"[^"]*"|'[^']*'|`[^`]*`)[ \t]*(?:#.*)?|(?:[^"'`# \t][^#]*?)?(?:(?<=[ \t=])#.*)?)$/;

const BLANK = /^[ \t]*(?:#.*)?$/;

/** A `.env` file that would not be applied as it is written. The message is one line. */
export class EnvFileError extends Error {}

/**
 * @returns what the file sets; nothing if there is none
 * @throws EnvFileError for a file or a line that cannot be understood
 */
export function readEnvFile(path: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  // Some editors save a mark of three bytes at the beginning, which TextDecoder removes.
  for (const [index, line] of textOf(path)
    .split(/\r\n|\n|\r/)
    .entries()) {
    if (BLANK.test(line)) continue;
    const name = LINE.exec(line)?.[1];
    const value = name === undefined ? undefined : parseEnv(line.replace(/^[ \t]*export[ \t]+/, ''))[name];
    if (name === undefined || value === undefined) {
      throw new EnvFileError(
        `${path}, line ${index + 1}, is not NAME=value. A value with # or quotes in it must be in quotes.`,
      );
    }
    if (Object.hasOwn(values, name)) throw new EnvFileError(`${path} has ${name} twice; remove one of them.`);
    values[name] = value;
  }
  return values;
}

function textOf(path: string): string {
  // A link that leads nowhere is a file that cannot be read, not one that is not there.
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return '';
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new EnvFileError(`${path} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (!text.includes('\0')) return text;
  } catch {
    // The same for both.
  }
  throw new EnvFileError(`${path} is not a text in UTF-8; save it as UTF-8.`);
}
