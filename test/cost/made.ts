import { vi } from 'vitest'
import type { Counts } from './counts.ts'

/** What a request makes, by what costs its owner something. All that is not named is 0. */
export interface Made extends Pick<
  Counts,
  'kvReads' | 'kvWrites' | 'objectCalls' | 'd1Calls' | 'rowsRead' | 'rowsWritten'
> {
  /** Lines of the log. */
  readonly lines: number
  /** Signatures that are computed or verified, of tokens and of webhooks, each a pass over what is signed. */
  readonly signatures: number
  /** Texts of which the SHA-256 is computed. */
  readonly hashes: number
  /** Requests to others. */
  readonly fetches: number
}

export const NOTHING_MADE: Made = {
  kvReads: 0,
  kvWrites: 0,
  objectCalls: 0,
  d1Calls: 0,
  rowsRead: 0,
  rowsWritten: 0,
  lines: 0,
  signatures: 0,
  hashes: 0,
  fetches: 0,
}

/** Counts, from now on and until it is asked, what is computed, logged and fetched. What is fetched is down. */
export function countedWork(): () => Pick<Made, 'lines' | 'signatures' | 'hashes' | 'fetches'> {
  const levels = (['info', 'warn', 'error'] as const).map((level) =>
    vi.spyOn(console, level).mockImplementation(() => undefined),
  )
  const signatures = (['sign', 'verify'] as const).map((name) => vi.spyOn(crypto.subtle, name))
  const hashes = vi.spyOn(crypto.subtle, 'digest')
  const fetches = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('Down'))
  const callsOf = (spies: readonly { readonly mock: { readonly calls: readonly unknown[] } }[]) =>
    spies.reduce((calls, { mock }) => calls + mock.calls.length, 0)
  return () => {
    const counted = {
      lines: callsOf(levels),
      signatures: callsOf(signatures),
      hashes: callsOf([hashes]),
      fetches: callsOf([fetches]),
    }
    vi.restoreAllMocks()
    return counted
  }
}
