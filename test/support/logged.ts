import { afterEach, beforeEach, vi } from 'vitest'

/** What has been logged since the last `loggedDuring` began, line by line. */
export let lines: string[] = []

/** Gathers, and keeps out of the run, what the tests of this file log. */
export function gatherTheLog(): void {
  beforeEach(() => {
    for (const level of ['log', 'debug', 'info', 'warn', 'error'] as const) {
      vi.spyOn(console, level).mockImplementation((...said: unknown[]) => void lines.push(said.join(' ')))
    }
  })
  afterEach(() => void vi.restoreAllMocks())
}

/** What is logged while that goes on, each line parsed. */
export async function loggedDuring(work: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  lines = []
  await work()
  return lines.map((line) => JSON.parse(line))
}
