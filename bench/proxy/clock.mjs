/** Waits until the moment it is told, a fraction of a millisecond included, then says so. */
import { parentPort } from 'node:worker_threads';

const never = new Int32Array(new SharedArrayBuffer(4));

parentPort?.on('message', (/** @type {number} */ due) => {
  const remaining = due - performance.timeOrigin - performance.now();
  Atomics.wait(never, 0, 0, Math.max(0, remaining));
  parentPort?.postMessage(undefined);
});
