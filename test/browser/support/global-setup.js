import '@swc-node/register/esm-register';

/** One browser for the whole run. */
export default async function globalSetup() {
  const { serveChromium } = await import('./chromium.ts');
  const server = await serveChromium();
  globalThis.stopBrowser = () => server.close();
}
