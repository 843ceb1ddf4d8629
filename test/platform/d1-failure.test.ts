import { expect, it } from 'vitest'
import { d1Failure } from '../../src/platform/d1-failure.ts'

it.each([
  ['UNIQUE constraint failed: entries.user_id, entries.seq: SQLITE_CONSTRAINT', 'lost'],
  ['CHECK constraint failed: holds = 1: SQLITE_CONSTRAINT', 'lost'],
  ['entries follow one another: SQLITE_CONSTRAINT', 'lost'],
  ['NOT NULL constraint failed: notes.json: SQLITE_CONSTRAINT', 'refused'],
  ['Exceeded maximum DB size', 'full'],
  ['Exceeded maximum DB size.', 'full'],
  ["Your account has exceeded D1's maximum account storage limit, please contact Cloudflare", 'full'],
  ['database or disk is full: SQLITE_FULL', 'full'],
  ["Your account has exceeded D1's free tier daily row write limit.", 'over_quota'],
  ["Your account has exceeded D1's free tier daily row read limit.", 'over_quota'],
  ["Your account has exceeded D1's free tier limits", 'over_quota'],
  ['Exceeded maximum account storage limit', 'full'],
  ['not authorized: SQLITE_AUTH', 'refused'],
  ['attempt to write a readonly database: SQLITE_READONLY', 'read_only'],
  ['Network connection lost.', 'unknown'],
  ['D1 DB is overloaded. Requests queued for too long.', 'unknown'],
  ['D1 DB exceeded its CPU time limit and was reset.', 'unknown'],
] as const)('takes “%s” for %s, wherever it stands in the chain of causes', (text, failure) => {
  const ofD1 = new Error(`D1_ERROR: ${text}`)
  expect(d1Failure(ofD1)).toBe(failure)
  expect(d1Failure(new Error('Failed query: insert', { cause: ofD1 }))).toBe(failure)
})
