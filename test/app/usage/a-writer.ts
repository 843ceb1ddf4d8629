import { env } from 'cloudflare:workers'
import { answering } from '../../../src/app/answering.ts'
import { Catalogs } from '../../../src/ledger/object/catalogs.ts'
import { concluding } from '../../../src/checkout/processing/concluding.ts'
import { Writer } from '../../../src/ledger/object/writer.ts'
import type { Submission, SubmissionReply } from '../../../src/ledger/submission.ts'
import { DatabaseSize } from '../../../src/platform/database-size.ts'
import { NOON } from '../../domain/samples.ts'
import { answerOf } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'

export const POLICY = {
  graceMs: 0,
  partialRefund: 'keep',
  spentRefund: 'floor_at_zero',
  amounts: 'on_active',
} as const

/** A writer of a user, with a clock of its own. */
export function aWriter(userId = aUser(), clock = { now: NOON }) {
  const [sending, recorded] = [() => Promise.resolve(), () => Promise.resolve()]
  const size = new DatabaseSize(Infinity)
  const deps = {
    userId,
    db: env.DB,
    size,
    answering,
    catalogs: new Catalogs(env.DB),
    concluding: async () => concluding,
    policy: POLICY,
    now: () => clock.now,
    sending,
    recorded,
  }
  const writer = new Writer(deps, 0)
  const submit = async (item: Submission) => {
    const submitted = await new Promise<SubmissionReply>((answer, fail) => {
      void writer.write([{ item, answer, fail }])
    })
    return answerOf(submitted)
  }
  return { userId, clock, writer, submit }
}
