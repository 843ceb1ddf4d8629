import { expect } from 'vitest'

/** What the ledger says has to be what the reference does. */
export function agree(said: unknown, expected: unknown): void {
  expect(said).toEqual(expected)
}

/** As `agree`, of what the reference has a word on. */
export function agreeOn(said: unknown, expected: object): void {
  expect(said).toMatchObject(expected)
}
