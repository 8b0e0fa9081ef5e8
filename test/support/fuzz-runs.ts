/** How often each route is asked by the tests in test/fuzz. */
export const FUZZ_RUNS = Number(process.env.FUZZ_RUNS ?? 50);
