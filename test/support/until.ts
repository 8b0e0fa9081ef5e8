const LIMIT_MS = 20_000;

/** Resolves once it is so. @throws Error after a wait that was in vain */
export async function until(promise: () => boolean | Promise<boolean>, limitMs = LIMIT_MS): Promise<void> {
  const end = performance.now() + limitMs;
  while (!(await promise())) {
    if (performance.now() > end) throw new Error(`Not so after ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
