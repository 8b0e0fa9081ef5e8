import '@swc-node/register/esm-register';

/** One browser for each worker: what is copied in one file of tests must not turn up in another's clipboard. */
export default async function globalSetup({ maxWorkers }) {
  const { serveChromium } = await import('./chromium.ts');
  const workers = Array.from({ length: maxWorkers }, (_, index) => index + 1);
  const servers = await Promise.all(workers.map(serveChromium));
  globalThis.stopBrowsers = () => Promise.all(servers.map((server) => server.close()));
}
