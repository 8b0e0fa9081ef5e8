import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../common/problem.js';

/**
 * Watches which methods each address takes.
 * @returns a function to call when all routes are there; it makes the other methods answer 405 with `Allow`
 */
export function watchMethods(instance: FastifyInstance): () => void {
  const taken = new Map<string, Set<string>>();
  instance.addHook('onRoute', ({ url, method }) => {
    const methods = taken.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    taken.set(url, methods);
  });
  return () => {
    for (const [url, methods] of [...taken]) {
      const allow = [...methods].toSorted().join(', ');
      instance.route({
        url,
        method: instance.supportedMethods.filter((method) => !methods.has(method)),
        handler: () => {
          throw new HttpProblem(405, { headers: { allow } });
        },
      });
    }
  };
}
