/**
 * A TCP proxy that takes its time: PORT to UPSTREAM_PORT, each direction delayed by half of the milliseconds
 * its parent sends. With one delay for all, what arrives first is due first: one queue keeps the order of
 * every connection, however many small packets there are.
 */
import { connect, createServer } from 'node:net';
import { Worker } from 'node:worker_threads';

const { HOST, PORT, UPSTREAM_PORT } = process.env;

/** Milliseconds. */
let halfDelay = 0;
/** @type {{ due: number, deliver: () => void }[]} */
let queue = [];
let isAwaited = false;

/** Node's own timers count whole milliseconds; another thread can wait for a fraction of one. */
const clock = new Worker(new URL('clock.mjs', import.meta.url));
clock.on('message', deliverDue);

function deliverDue() {
  isAwaited = false;
  const now = performance.now();
  let count = 0;
  while (count < queue.length && queue[count].due <= now) {
    queue[count].deliver();
    count += 1;
  }
  queue = queue.slice(count);
  awaitNext();
}

function awaitNext() {
  if (isAwaited || queue.length === 0) return;
  isAwaited = true;
  clock.postMessage(performance.timeOrigin + queue[0].due);
}

/** @param {() => void} deliver */
function later(deliver) {
  if (halfDelay === 0) {
    deliver();
    return;
  }
  queue.push({ due: performance.now() + halfDelay, deliver });
  awaitNext();
}

/**
 * @param {import('node:net').Socket} from
 * @param {import('node:net').Socket} to
 */
function forward(from, to) {
  from.setNoDelay(true);
  from.on('data', (chunk) => {
    later(() => to.writable && to.write(chunk));
  });
  from.on('end', () => {
    later(() => to.end());
  });
  from.on('error', () => to.destroy());
}

createServer({ allowHalfOpen: true }, (client) => {
  const server = connect({ port: Number(UPSTREAM_PORT), host: HOST, allowHalfOpen: true });
  forward(client, server);
  forward(server, client);
}).listen(Number(PORT), HOST);

process.on('message', (/** @type {number} */ milliseconds) => {
  halfDelay = milliseconds / 2;
  process.send?.('set');
});
process.on('disconnect', () => process.exit());
