import { existsSync } from 'node:fs';
import { type Browser, type BrowserServer, chromium, type LaunchOptions } from 'playwright-core';

const DEFAULT_PATH = '/usr/bin/chromium';

/** Where a run's browser is found: it is started once, for all files of tests. */
const ENDPOINT = 'BROWSER_ENDPOINT';

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
  const executablePath = process.env.CHROMIUM_PATH ?? DEFAULT_PATH;
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no browser at ${executablePath}. Install Chromium (Debian: apt-get install chromium), or set CHROMIUM_PATH to one.`,
    );
  }
  return { executablePath, args: ARGUMENTS };
}

export async function serveChromium(): Promise<BrowserServer> {
  const server = await chromium.launchServer(launchOptions());
  process.env[ENDPOINT] = server.wsEndpoint();
  return server;
}

export const connectToChromium = (): Promise<Browser> => chromium.connect(process.env[ENDPOINT] ?? '');
