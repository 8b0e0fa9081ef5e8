/** Samples of how long something took, in milliseconds. */
export type Samples = readonly number[];

/** From here on, two kinds of request are held to take different times. What dudect uses. */
export const TELLS_APART = 4.5;

/** Welch's t: how far the means of two samples are apart, in standard errors, whatever their variances. */
export function welchT(a: Samples, b: Samples): number {
  return (mean(a) - mean(b)) / Math.sqrt(variance(a) / a.length + variance(b) / b.length);
}

export const mean = (samples: Samples): number => samples.reduce((sum, one) => sum + one, 0) / samples.length;

/** @param part from 0 to 1: 0.5 for the median */
export function quantile(samples: Samples, part: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

function variance(samples: Samples): number {
  const centre = mean(samples);
  return samples.reduce((sum, one) => sum + (one - centre) ** 2, 0) / (samples.length - 1);
}
