import type * as z from 'zod'
import type { consumeAnyBody } from '../../contract/schemas/usage.ts'
import type { UserId } from '../../domain/values/ids.ts'
import type { UserLedgers } from '../../ledger/ledger-client.ts'
import type { StoredAnswer } from '../../ledger/submission.ts'
import { canonicalJson } from '../../platform/canonical-json.ts'
import { sha256 } from '../../platform/sha256.ts'
import { type CommandContext, callersKey, fingerprintOf, submitUnder } from './submit-command.ts'
import { consume } from './usage-commands.ts'

interface AnyContext extends CommandContext {
  readonly idempotencyKey: string
}

/**
 * Spends of the first of several users who has enough, and returns what that one, or else the last, answers. Whoever is
 * followed by another records for ever that it was passed on, before the next is asked: a retry goes the same way, and decides
 * none of them anew. Throws as `submitCommand` does, and then nobody else was asked.
 */
export async function consumeAny(
  ledgers: UserLedgers,
  { anyOf, ...asked }: z.output<typeof consumeAnyBody>,
  context: AnyContext,
): Promise<StoredAnswer> {
  const { idempotencyKey } = context
  const [first = '', ...others] = anyOf
  // The whole list and its order: another under the same key is another request to who keeps the record.
  const fingerprint = await fingerprintOf({
    operation: 'consumeAny',
    target: null,
    asked: { anyOf: [...anyOf], of: consume(first, asked).asked },
  })
  const ask = (userId: UserId, key: string, isLast: boolean) =>
    submitUnder(
      { key, fingerprint },
      ledgers,
      consume(userId, asked),
      context,
      isLast ? {} : { mayPassOn: true },
    )

  let reply = await ask(first, callersKey(idempotencyKey), others.length === 0)
  for (const [place, userId] of others.entries()) {
    if (reply.isPassedOn !== true) break
    reply = await ask(userId, await keyBehind(first, idempotencyKey), place === others.length - 1)
  }
  return reply.answer
}

/**
 * Under which key the users behind the first keep what became of a request: none that a caller can send. A hash, as the id of
 * one person has no place in the ledger of another, where it could not be erased.
 */
async function keyBehind(first: UserId, idempotencyKey: string): Promise<string> {
  const hash = await sha256(canonicalJson([first, idempotencyKey]))
  return `any:${hash.slice(0, 32)}`
}
