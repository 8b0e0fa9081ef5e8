import { makeValidator } from 'envalid';
import { parametersOf, serverUrl } from './urls.js';

export type DatabaseSettings =
  | { readonly engine: 'sqlite'; readonly path: string }
  | {
      readonly engine: 'mysql';
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly password: string;
      readonly database: string;
    };

const FORM = 'must be sqlite:<path> or mysql://user:password@host:port/database';

/** `sqlite:<path>`, `sqlite::memory:` or `mysql://user:password@host:port/database`. */
export const databaseUrl = makeValidator<DatabaseSettings>((input) =>
  input.startsWith('sqlite:') ? sqlite(input.slice('sqlite:'.length)) : mysql(input),
);

function sqlite(text: string): DatabaseSettings {
  const [path = '', ...search] = text.split('?');
  parametersOf(search.join('?'), []);
  // libsql takes some schemes for a server elsewhere, and `//host` is the form of a URL, not of a path.
  const isUrl = /^[a-z][\w+.-]+:/i.test(path) || /^\/\/[^/]/.test(path);
  if (path === '' || path !== path.trim() || isUrl || search.length > 0) throw new Error(FORM);
  return { engine: 'sqlite', path };
}

function mysql(input: string): DatabaseSettings {
  const url = serverUrl(input, []);
  if (url?.protocol !== 'mysql:' || url.path === '' || url.path.includes('/')) throw new Error(FORM);
  const { host, port = 3306, user, password, path: database } = url;
  return { engine: 'mysql', host, port, user, password, database };
}
