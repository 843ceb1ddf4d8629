/** The middle of a list of numbers; of an even number of them, the lower of the two in the middle. */
export function median(numbers) {
  return percentile(numbers, 0.5)
}

/** The smallest number that a share of the list does not exceed. `NaN` of an empty list. */
export function percentile(numbers, share) {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN
}

/** How far the rounds lie apart: the smallest and the largest. */
export function spread(numbers) {
  return [Math.min(...numbers), Math.max(...numbers)]
}
