import { vi } from 'vitest'
import { NOON } from '../domain/samples.ts'

/**
 * Stops the clock of this file, for tests, Worker and objects alike: from now on time passes only when told.
 * It stands in a year to come, so that no alarm goes off by itself.
 */
export function stopTheClock(): void {
  vi.useFakeTimers({ toFake: ['Date'], now: NOON })
}

/** Lets this many milliseconds pass. */
export function pass(ms: number): void {
  vi.setSystemTime(Date.now() + ms)
}
