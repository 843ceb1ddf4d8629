import { doRound } from '../../../../src/keeper/do-round.ts'
import type { UserLedgerStub } from '../../../../src/ledger/ledger-client.ts'
import { countedD1 } from '../../../../test/cost/counted-d1.ts'
import { Meter } from '../../../../test/cost/counts.ts'
import { CHECKOUT_DEFAULTS } from '../../../../test/support/checkout-defaults.ts'
import { fillSources, fillWaits, follow } from './fill.ts'

const DAY_MS = 86_400_000

/** POST /sources?count=…, /waits?count=…&known=…: fills. POST /round: what a keeper's round did and read. */
export default {
  async fetch({ url }, { DB }) {
    const { pathname, searchParams } = new URL(url)
    const [count, known] = ['count', 'known'].map((name) => Number(searchParams.get(name)))
    switch (pathname) {
      case '/sources':
        await fillSources(DB, count ?? 0)
        return Response.json({})
      case '/waits':
        await fillWaits(DB, count ?? 0, known ?? 0)
        return Response.json({})
      case '/round':
        return Response.json(await round(DB))
      default:
        return new Response(null, { status: 404 })
    }
  },
} satisfies ExportedHandler<{ readonly DB: D1Database }>

/** A keeper's round. What users' objects read is not counted: it is the same for each source that follows. */
async function round(d1: D1Database) {
  const meter = new Meter()
  const { done, isAll } = await doRound({
    d1: countedD1(d1, { meter, isOfObject: false }),
    ledgers: (userId) => objectOf(d1, userId),
    now: () => Date.now(),
    fetch: () => Promise.reject(new Error('Nobody asked for a fetch')),
    apiKeys: new Map<string, string>(),
    mode: 'test',
    ...CHECKOUT_DEFAULTS,
    keep: { settledMs: 365 * DAY_MS, unsettledMs: 365 * DAY_MS },
    isFull: () => false,
  })
  return { done, isAll, rowsRead: meter.counts.rowsRead }
}

/** Settles any source at once. */
function objectOf(d1: D1Database, userId: string): UserLedgerStub {
  return {
    async submit({ command }) {
      if (command.type !== 'settle_source') throw new Error(`Nobody asked to ${command.type}`)
      await follow(d1, userId, command.source.ref)
      return {
        type: 'answered',
        answer: { status: 200, headers: {}, body: '{}' },
        sourceOutcome: { type: 'settled', versions: [], unknownProducts: [], notices: [] },
      }
    },
    snapshot: () => Promise.reject(new Error('Nobody asked for a snapshot')),
  }
}
