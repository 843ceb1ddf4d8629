import { verify } from '../../../../src/ledger/store/proof/verify.ts'
import { askAll } from './ask-all.ts'
import { HEAVY, subscriberAt, userAt } from './users.ts'

/** How many users are verified one after another, besides the one who has most. */
const SOME_USERS = 200

/**
 * GET /rows?users=…: what everything reads. GET /verify/heavy, /verify/some?users=…, /verify/subscribers?subscribers=…: how
 * many entries are as recorded.
 */
export default {
  async fetch({ url }, { DB }) {
    const { pathname, searchParams } = new URL(url)
    const [users, subscribers] = [Number(searchParams.get('users')), Number(searchParams.get('subscribers'))]
    switch (pathname) {
      case '/rows':
        return Response.json(await askAll({ d1: DB, users }))
      case '/verify/heavy':
        return Response.json(await verifiedEntries(DB, [HEAVY]))
      case '/verify/some':
        return Response.json(
          await verifiedEntries(
            DB,
            someOf(users, (index) => userAt(index).userId),
          ),
        )
      case '/verify/subscribers':
        return Response.json(await verifiedEntries(DB, someOf(subscribers, subscriberAt)))
      default:
        return new Response(null, { status: 404 })
    }
  },
} satisfies ExportedHandler<{ readonly DB: D1Database }>

function someOf(users: number, userOf: (index: number) => string): readonly string[] {
  const count = Math.min(users, SOME_USERS)
  return Array.from({ length: count }, (_, index) => userOf(Math.floor((index * users) / count)))
}

async function verifiedEntries(d1: D1Database, userIds: readonly string[]): Promise<number> {
  let entries = 0
  for (const userId of userIds) {
    const verdict = await verify(d1, userId)
    if (!verdict.intact) throw new Error(`${userId} is wrong: ${JSON.stringify(verdict.firstWrong)}`)
    entries += verdict.version
  }
  return entries
}
