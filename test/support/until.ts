const LIMIT_MS = 20_000;

/** Resolves once it is so. @throws Error after a wait that was in vain */
export async function until(promise: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + LIMIT_MS;
  while (!(await promise())) {
    if (performance.now() > end) throw new Error(`Not so after ${LIMIT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
