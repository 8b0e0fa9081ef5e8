import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { figures } from '../figures.mjs';
import { machine } from './machine.mjs';
import { markdown, svg } from './report.mjs';
import { fromService } from './service-packages.mjs';

const prettier = fromService('prettier');

/**
 * Writes RESULTS.md, results.svg and results.json.
 * @param {ReturnType<import('./options.mjs').readOptions>} options
 * @param {any} seen rows, samples and what else the rounds brought
 * @returns {Promise<string[]>} the paths
 */
export async function writeResults(
  { out, tokens, rounds, seconds, connections },
  { databaseSettings, ...seen },
) {
  const run = { tokens, rounds, seconds, connections, ...seen };
  const results = { machine: machine(databaseSettings), figures: figures(run), ...run };
  const files = {
    'RESULTS.md': markdown(results),
    'results.svg': svg(results),
    'results.json': JSON.stringify(results),
  };
  mkdirSync(out, { recursive: true });
  const paths = [];
  for (const [name, text] of Object.entries(files)) {
    const path = join(out, name);
    writeFileSync(path, await formatted(path, text));
    paths.push(path);
  }
  return paths;
}

/** As `npm run format:check` wants it. */
async function formatted(path, text) {
  const { inferredParser } = await prettier.getFileInfo(path);
  if (inferredParser === null) return text;
  return prettier.format(text, {
    ...(await prettier.resolveConfig(import.meta.filename)),
    parser: inferredParser,
  });
}
