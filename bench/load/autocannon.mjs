/** The load where wrk is not installed. Takes a JSON object, prints one line like wrk.lua's. */
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';

const { url, connections, seconds, header, file } = JSON.parse(process.argv[2]);
const values = file && readFileSync(file, 'utf8').trimEnd().split('\n');

const setupRequest = (request) => ({
  ...request,
  headers: { ...request.headers, [header]: values[Math.floor(Math.random() * values.length)] },
});

const result = await autocannon({
  url,
  connections,
  duration: seconds,
  requests: [values ? { setupRequest } : {}],
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
