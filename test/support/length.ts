/** `FAULTS=short` makes the faults and the cluster as short as CI has time for. */
const isShort = process.env.FAULTS === 'short';

/** How much of something this run does. */
export const inLength = (short: number, long: number): number => (isShort ? short : long);
