/** What `--dtype` accepts: 32-bit numbers, or matrices in blocks of 8 or 4 bits (docs/precision.md). */
export const dtypes = ['fp32', 'q8', 'q4'] as const;
/** One of `dtypes`. */
export type Dtype = (typeof dtypes)[number];
