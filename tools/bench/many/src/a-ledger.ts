import { answering } from '../../../../src/app/answering.ts'
import { type CommandRequest, submitCommand } from '../../../../src/app/changes/submit-command.ts'
import { concluding } from '../../../../src/checkout/processing/concluding.ts'
import { emptyState } from '../../../../src/domain/user/user-state.ts'
import { type Catalog, recordToCatalog } from '../../../../src/domain/catalog/catalog.ts'
import { readCatalog } from '../../../../src/ledger/store/catalog/read-catalog.ts'
import type { Instant } from '../../../../src/domain/values/instant.ts'
import { append } from '../../../../src/ledger/store/append.ts'
import { genesisHash } from '../../../../src/ledger/store/chain.ts'
import type { UserLedgerStub } from '../../../../src/ledger/ledger-client.ts'
import { Draft } from '../../../../src/ledger/object/draft.ts'
import { load } from '../../../../src/ledger/store/load.ts'
import type { Memory } from '../../../../src/ledger/store/memory.ts'
import { type LookUpRequest, NO_LOOK_UP } from '../../../../src/ledger/store/look-ups/look-up-request.ts'
import { decideGroup } from '../../../../src/ledger/object/decide-group.ts'
import type { Submission, SubmissionReply } from '../../../../src/ledger/submission.ts'

export const POLICY = {
  graceMs: 7 * 86_400_000,
  partialRefund: 'keep',
  spentRefund: 'floor_at_zero',
  amounts: 'on_active',
} as const

/** What every new user starts from: the catalog, with the references that are wanted. */
export interface Start {
  readonly memory: Memory
  readonly catalog: Catalog
}

export async function startOf(d1: D1Database, wanted: Partial<LookUpRequest>): Promise<Start> {
  const memory = await load(d1, 'nobody', { ...NO_LOOK_UP, ...wanted })
  return { memory, catalog: recordToCatalog(await readCatalog(d1)) }
}

export type Ledger = UserLedgerStub & {
  readonly version: () => number
  /** Decides and records a group, and throws if any of it is refused. */
  readonly record: (submissions: readonly Submission[]) => Promise<readonly SubmissionReply[]>
}

/** The ledger of a new user, as their object writes it, but for what it asks in doubt: nobody else writes here. */
export async function aLedger(
  d1: D1Database,
  userId: string,
  { memory: known, catalog }: Start,
  now: () => Instant,
): Promise<Ledger> {
  let memory: Memory = { ...known, state: emptyState(userId), hash: await genesisHash(userId) }

  async function record(submissions: readonly Submission[]): Promise<readonly SubmissionReply[]> {
    const draft = new Draft(memory, catalog, POLICY)
    const decision = await decideGroup(draft, submissions, { isLookedUp: true, now: now(), answering })
    const replies = decision.type === 'decided' ? decision.replies : []
    const refused = replies.find(({ answer }) => answer.status >= 300)
    if (refused !== undefined) throw new Error(`Refused: ${refused.answer.body}`)
    if (replies.length === 0 || draft.isEmpty) throw new Error('Nothing came of what was recorded')
    await append(d1, draft.batch(concluding(d1, draft.eventEnds)))
    // Receipts are for retries, of which there are none.
    memory = { ...draft.memory(), receipts: new Map() }
    return replies
  }

  return {
    version: () => memory.state.version,
    record,
    submit: async (submission) => {
      const [submitted] = await record([submission])
      return submitted ?? { type: 'unavailable' }
    },
    snapshot: () => Promise.reject(new Error('Nobody reads while the ledger is filled')),
  }
}

/** What a command is when it reaches its user's object. */
export async function submissionOf(asked: CommandRequest, key: string | undefined): Promise<Submission> {
  const caught: Submission[] = []
  const submit = (submission: Submission): Promise<SubmissionReply> => {
    caught.push(submission)
    return Promise.resolve({ type: 'answered', answer: { status: 200, headers: {}, body: '' } })
  }
  const circumstances = {
    door: 'api',
    requestId: `req_${crypto.randomUUID()}`,
    actor: 'shop',
    idempotencyKey: key,
    ifVersion: undefined,
  } as const
  await submitCommand(() => ({ submit, snapshot: () => Promise.reject(new Error()) }), asked, circumstances)
  const [submission] = caught
  if (submission === undefined) throw new Error('A command was not submitted')
  return submission
}
