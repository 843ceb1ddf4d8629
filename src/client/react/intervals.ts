/** In seconds: soon at first, as most of what is waited for comes at once, and then ever more seldom. */
const SECONDS = [1, 1, 2, 3, 5]

/** How long to wait after so many tries that came to nothing, in milliseconds. */
export function intervalMs(tries: number): number {
  return (SECONDS[tries] ?? 8) * 1000
}
