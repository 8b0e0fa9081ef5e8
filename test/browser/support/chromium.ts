import { existsSync } from 'node:fs';
import { type Browser, type BrowserServer, chromium, type LaunchOptions } from 'playwright-core';

/** The first that is there: Chromium without a window to paint does the same with half of the work. */
const PATHS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/** Where a worker's browser is found: it is started once, for all the files of tests that the worker runs. */
const endpointOf = (worker: number | string): string => `BROWSER_ENDPOINT_${worker}`;

/** No connection but to the service, and no sandbox, which containers and root do not have. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @throws Error that says what to install where there is no browser */
export function launchOptions(): LaunchOptions {
  const { CHROMIUM_PATH } = process.env;
  const paths = CHROMIUM_PATH === undefined ? PATHS : [CHROMIUM_PATH];
  const executablePath = paths.find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Error(
      `There is no browser at ${paths.join(' or ')}. Install Chromium (Debian: apt-get install chromium-headless-shell), or set CHROMIUM_PATH to one.`,
    );
  }
  return { executablePath, args: ARGUMENTS };
}

/** @param worker Jest's number for it, from 1 */
export async function serveChromium(worker: number): Promise<BrowserServer> {
  const server = await chromium.launchServer(launchOptions());
  process.env[endpointOf(worker)] = server.wsEndpoint();
  return server;
}

export const connectToChromium = (): Promise<Browser> =>
  chromium.connect(process.env[endpointOf(process.env.JEST_WORKER_ID ?? '')] ?? '');
