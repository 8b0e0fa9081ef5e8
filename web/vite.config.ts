import { constants } from 'node:zlib';
import { defineConfig } from 'vite';
import { compression, defineAlgorithm } from 'vite-plugin-compression2';

/** The service under development, which answers everything that is not a page. */
const SERVICE = 'http://127.0.0.1:3000';

export default defineConfig({
  root: import.meta.dirname,
  build: {
    // Where `light-dark()` works by itself.
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    outDir: '../dist/web',
    emptyOutDir: true,
    // As data: addresses, the Content-Security-Policy would refuse them.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Libraries are marked for servers that render React; there is none.
    rolldownOptions: { checks: { moduleLevelDirective: false, bundlerTimings: false } },
  },
  plugins: [
    // Written beside each file, so that serving costs no CPU.
    compression({
      include: /\.(html|js|css|svg)$/,
      algorithms: [
        defineAlgorithm('gzip', { level: 9 }),
        defineAlgorithm('brotliCompress', { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
      ],
    }),
  ],
  server: {
    proxy: Object.fromEntries(['/v1', '/docs', '/openapi.json'].map((path) => [path, SERVICE])),
  },
});
