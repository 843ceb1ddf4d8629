import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { putFeature } from '../../src/catalog/features.ts'
import type { Command } from '../../src/domain/user/command.ts'
import type { StoredAnswer, Submission, SubmissionReply } from '../../src/ledger/submission.ts'
import { UserLedger } from '../../src/worker.ts'
import { aCreation } from '../domain/samples.ts'
import { pass } from './clock.ts'
import { aUser } from './user.ts'

/** Runs within a user's object, where instances of it can be made that share its storage. */
export function withinObject<T>(
  userId: string,
  work: (make: (bindings?: Partial<Cloudflare.Env>) => UserLedger, state: DurableObjectState) => Promise<T>,
): Promise<T> {
  return runInDurableObject(env.USERS.getByName(userId), (_instance, state) =>
    work((bindings = {}) => new UserLedger(state, { ...env, ...bindings }), state),
  )
}

/** A submission of a command, with a key of its own unless told otherwise. */
export function aSubmission(
  command: Command,
  facts: Partial<Submission> & { key?: string } = {},
): Submission {
  const { key = crypto.randomUUID(), ...rest } = facts
  return {
    command,
    commandId: `api:${key}`,
    cause: { kind: 'api', ref: 'req_test' },
    effectiveAt: null,
    idempotency: { key: `api:${key}`, fingerprint: JSON.stringify(command) },
    ifVersion: null,
    actor: 'tester',
    reason: null,
    requestId: 'req_test',
    ...rest,
  }
}

/** A submission that grants `export` from a source of that name. */
export function aGrant(ref: string, facts: Partial<Submission> & { key?: string } = {}): Submission {
  return aSubmission(
    aCreation({ entitlementId: `ent_${ref}`, source: { provider: 'api', account: '', ref, product: null } }),
    facts,
  )
}

/** The answer of a submission that was answered. */
export function answerOf(submitted: SubmissionReply): StoredAnswer {
  if (submitted.type !== 'answered') throw new Error(`Not answered: ${submitted.type}`)
  return submitted.answer
}

/** What D1 holds of a user, past all of our own code. */
export async function recordedOf(userId: string) {
  const [entries, receipts] = await env.DB.batch<{ seq: number; key: string }>([
    env.DB.prepare('SELECT seq FROM entries WHERE user_id = ? ORDER BY seq').bind(userId),
    env.DB.prepare('SELECT key FROM receipts WHERE user_id = ? ORDER BY key').bind(userId),
  ])
  return {
    seqs: entries?.results.map(({ seq }) => seq) ?? [],
    keys: receipts?.results.map(({ key }) => key) ?? [],
  }
}

/** The catalog holds the feature that `aGrant` grants. */
export async function withExportFeature(): Promise<void> {
  await putFeature(env.DB, { key: 'export', type: 'boolean', overage: 'deny', name: null, unit: null })
}

/** A user with `export`, whom KV knows too. */
export async function aKnownUser(grant = aGrant('order-1')): Promise<string> {
  const userId = aUser()
  await recordAt(userId, grant)
  await untilPublished(userId)
  return userId
}

/** Takes away what `aGrant` of that name granted. */
export function aRevocation(ref = 'order-1'): Submission {
  return aSubmission({ type: 'revoke_entitlement', entitlementId: `ent_${ref}` })
}

/** Records what a submission asks for at the user's object, and answers the version that it led to. */
export async function recordAt(userId: string, submission: Submission): Promise<number> {
  const { status, headers, body } = answerOf(await env.USERS.getByName(userId).submit(submission))
  if (status >= 300) throw new Error(`Refused: ${body}`)
  return Number(headers['ETag']?.replaceAll('"', ''))
}

/** Lets an object with a clock that stands still finish what it has due: then KV holds the newest of the user. */
export async function untilPublished(userId: string): Promise<void> {
  while (await runDurableObjectAlarm(env.USERS.getByName(userId))) pass(1000)
}
