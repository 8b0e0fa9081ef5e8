/** The load where wrk is not installed. Takes a JSON object, prints one line like wrk.lua's. */
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';

const { url, connections, seconds, header, file, bodyFile } = JSON.parse(process.argv[2]);
const linesOf = (path) => path && readFileSync(path, 'utf8').trimEnd().split('\n');
const values = linesOf(file);
const bodies = linesOf(bodyFile);

const oneOf = (list) => list[Math.floor(Math.random() * list.length)];

const setupRequest = (request) => ({
  ...request,
  headers: { ...request.headers, [header]: oneOf(values) },
});

const setupPost = (request) => ({
  ...request,
  method: 'POST',
  headers: { ...request.headers, [header]: values[0], 'content-type': 'application/json' },
  body: oneOf(bodies),
});

const result = await autocannon({
  url,
  connections,
  duration: seconds,
  requests: [bodies ? { setupRequest: setupPost } : values ? { setupRequest } : {}],
});
const line = {
  requests: result.requests.total,
  seconds: result.duration,
  p50Us: result.latency.p50 * 1000,
  p99Us: result.latency.p99 * 1000,
  refused: result.non2xx,
  broken: result.errors + result.timeouts,
};
process.stdout.write(`${JSON.stringify(line)}\n`);
