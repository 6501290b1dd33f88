/** The mean of `count` reviews that add up to `sum`, rounded half up to one decimal; null without reviews. */
export const meanRating = (sum: number, count: number): number | null =>
  count > 0 ? Math.round((sum * 10) / count) / 10 : null;
