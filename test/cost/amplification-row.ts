import type { Amplification } from './amplification.ts'
import { NOTHING_MADE } from './made.ts'

export const TITLES = [
  'who',
  'asks',
  'KV reads, writes',
  'object calls',
  'questions to D1',
  'rows read, at most',
  'rows written',
  'signatures',
  'hashes',
  'fetches',
  'log lines',
  'bound',
]

/** A row of the table on the page, cell by cell. */
export function rowOf({ caller, asks, makes, bound }: Amplification): readonly string[] {
  const made = { ...NOTHING_MADE, ...makes }
  const counts = [
    made.objectCalls,
    made.d1Calls,
    made.rowsRead,
    made.rowsWritten,
    made.signatures,
    made.hashes,
    made.fetches,
    made.lines,
  ]
  const kv = `${made.kvReads}, ${made.kvWrites}`
  return [caller, asks, kv, ...counts.map((count) => count.toLocaleString('en')), bound]
}
