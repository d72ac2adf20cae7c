import { HIGHEST_SCORE } from './plugin.ts';

/** Stretches scores so that the highest is 100. With `reversed` the highest becomes 0: it counted what is bad. */
export function toHighest(scores: readonly number[], reversed = false): number[] {
  let highest = 0;
  for (const score of scores) if (score > highest) highest = score;
  return scores.map((score) => {
    const scaled = highest === 0 ? 0 : Math.floor((score * HIGHEST_SCORE) / highest);
    return reversed ? HIGHEST_SCORE - scaled : scaled;
  });
}

/** Stretches scores so that the lowest is 0 and the highest 100. */
export function toWholeRange(scores: readonly number[]): number[] {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const score of scores) {
    if (score < lowest) lowest = score;
    if (score > highest) highest = score;
  }
  const range = highest - lowest;
  return scores.map((score) => (range > 0 ? Math.floor((HIGHEST_SCORE * (score - lowest)) / range) : 0));
}
