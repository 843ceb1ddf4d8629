// Somebody else's program, which holds the package and a compiler: what it says has to compile, and then to run.
import {
  type Check,
  type CheckOptions,
  type ConsumeAsked,
  type Entitlement,
  type GrantAsked,
  type LedgerErrorCode,
  LedgerError,
  createLedger,
  createMemory,
} from 'entitlement-ledger/client'
import { type FakeLedger, fakeLedger } from 'entitlement-ledger/testing'

const answered: Check = {
  userId: 'u_42',
  feature: 'export-4k',
  allowed: true,
  reason: 'granted',
  entitlements: [],
  nextChangeAt: null,
  version: 1,
  catalogVersion: 1,
  asOf: '2030-01-01T12:00:00.000Z',
  source: 'ledger',
}

const asked: string[] = []
const ledger = createLedger({
  url: 'https://ledger.example.com',
  token: async () => 'a.b.c',
  fetch: async (input) => {
    asked.push(String(input))
    return Response.json(
      { ...answered, features: [answered] },
      { headers: { Date: new Date(answered.asOf).toUTCString() } },
    )
  },
  memory: createMemory({ lastKnownSeconds: 300, yesSeconds: undefined }),
  timeoutMs: undefined,
})

const user = ledger.user('u_42')
const options: CheckOptions = { minVersion: undefined, signal: undefined }
const check = await user.check('export-4k', options)
const { allowed, reason } = check
const value: string | undefined = typeof check.value === 'string' ? check.value : undefined
if (!allowed || value !== undefined) throw new Error(reason)

// What is listed is offered, and what is not listed yet is let through.
const known: string | null = reason === 'granted' || reason === 'expired' ? reason : null
const later: Check['reason'] = 'on_the_house'
const code: LedgerErrorCode = 'too_tired'
// @ts-expect-error -- what is asked is closed: a slip is found where it is made
const wrong: CheckOptions = { consistency: 'eventual' }

if (user.remembered('export-4k')?.allowed !== true) throw new Error('It is not remembered')
if (asked.length !== 1) throw new Error(asked.join())

const fake: FakeLedger = fakeLedger(
  { u_42: ['export-4k', { feature: 'seats', amount: 1 }] },
  { held: ['seats'] },
)
const seat = await fake.user('u_42').consume({ feature: 'seats', holder: 'ann' })
if (seat.allowed || seat.balance?.remaining !== 0) throw new Error(seat.reason)
const full = await fake
  .user('u_42')
  .consume({ feature: 'seats', holder: 'bob' })
  .catch((error: unknown) => error)
if (!(full instanceof LedgerError) || full.code !== 'insufficient_balance') throw new Error(String(full))

export function changes(): void {
  // @ts-expect-error -- answers are not to be changed: others have them too
  check.allowed = false
}

/** What is asked has a name too, for who puts a function of their own around it. */
export function spend(consumption: ConsumeAsked, grant: GrantAsked): Promise<unknown> {
  return Promise.all([user.consume(consumption), user.grant(grant)])
}

export async function works(): Promise<readonly Entitlement[]> {
  const all: Entitlement[] = []
  for await (const entitlement of user.entitlements({ state: 'active', limit: 10 })) all.push(entitlement)
  const plan = await user.givePlan(
    { product: 'pro', endsAt: null },
    { idempotencyKey: 'order-1', ifVersion: 3 },
  )
  const page = await user.ledger({ order: 'oldest', cursor: undefined }).page()
  const seqs: readonly number[] = page.items.map(({ seq }) => seq)
  const { results } = await ledger.checkMany([{ userId: 'u_42', feature: 'export-4k' }])
  for (const result of results) console.log('code' in result ? result.code : result.allowed, plan.state, seqs)
  try {
    await user.grant({ feature: 'plan', value: { seats: 5 }, metadata: { order: 7 } })
  } catch (error) {
    if (error instanceof LedgerError && error.retryable)
      console.log(error.idempotencyKey, error.problem?.['balance'])
  }
  console.log(known, later, code, wrong)
  return all
}
