export interface Settings {
  readonly latchkeyUrl: string;
  /** This service's own token. */
  readonly latchkeyToken: string;
  readonly port: number;
}

/** @throws Error that says what is missing */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const { LATCHKEY_URL, LATCHKEY_TOKEN, PORT = '3001' } = env;
  if (!LATCHKEY_URL) throw new Error('LATCHKEY_URL is missing, such as http://localhost:3000.');
  if (!LATCHKEY_TOKEN)
    throw new Error('LATCHKEY_TOKEN is missing: a token with the scope tokens:introspect.');
  const port = Number(PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error('PORT is no port.');
  return { latchkeyUrl: LATCHKEY_URL, latchkeyToken: LATCHKEY_TOKEN, port };
}
