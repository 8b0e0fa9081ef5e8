/** Time and chance, so that tests need to wait for neither. */
export interface Timing {
  /** Milliseconds since some moment; never goes back. */
  now(): number;
  /** Runs something later. @returns what calls it off */
  after(milliseconds: number, run: () => void): () => void;
  /** At least 0, less than 1. */
  random(): number;
}

/**
 * The real thing. Its timers keep the process alive: somebody waits for each of them, and each is called off
 * with the last who does.
 */
export const REAL_TIMING: Timing = {
  now: () => performance.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => {
      clearTimeout(timer);
    };
  },
  random: Math.random,
};

/** Resolves after that time, or when the signal says that nobody waits any more. */
export const sleep = (timing: Timing, milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const wake = () => {
      callOff();
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const callOff = timing.after(milliseconds, wake);
    signal.addEventListener('abort', wake);
  });
