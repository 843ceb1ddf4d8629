import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { consumeAny } from '../../../src/app/changes/consume-any.ts'
import { submitCommand } from '../../../src/app/changes/submit-command.ts'
import { consume } from '../../../src/app/changes/usage-commands.ts'
import { ProblemError } from '../../../src/app/problems/problem-error.ts'
import type { StoredAnswer, Submission, SubmissionReply } from '../../../src/ledger/submission.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { dropExpiredReceipts } from '../../../src/ledger/store/receipts/drop-receipts.ts'
import { atAnObject } from '../../support/an-object.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { type Fault, FaultyD1 } from '../../support/faulty-d1.ts'
import { recordAt } from '../../support/ledger.ts'
import { aUser } from '../../support/user.ts'
import { IS_WHOLE } from '../../support/whole.ts'
import { credits, withCredits } from './submitting.ts'

stopTheClock()

beforeAll(withCredits)

const DAY = 86_400_000
const AMOUNT = 10

/** Too little, just enough, and enough to pay more than once. */
const TOP_UPS = [4, AMOUNT, 3 * AMOUNT] as const

/** Users by their place among three; all lists name the first first, and so are under one key. */
const LISTS = [[0, 1], [0, 1, 2], [0, 2, 1], [0, 2], [0]] as const

/** What becomes of the question to one user. */
type Mishap =
  | 'none'
  | Extract<Fault, 'lost on the way' | 'reply lost' | 'late'>
  /** D1 says nothing to the end, and what was sent arrives, or does not. */
  | 'unknown and lost'
  | 'unknown and late'
  | 'unknown and recorded'
  /** The line to the object breaks before the question arrives, or before its answer does. */
  | 'never arrived'
  | 'never answered'
  | 'overloaded'
  | 'full'

const MISHAPS: readonly Mishap[] = [
  'lost on the way',
  'reply lost',
  'late',
  'unknown and lost',
  'unknown and late',
  'unknown and recorded',
  'never arrived',
  'never answered',
  'overloaded',
  'full',
]

type Step =
  | { readonly ask: number; readonly mishaps: readonly Mishap[] }
  | { readonly plainly: Mishap }
  | { readonly topUp: number; readonly by: number }
  | 'a month passes'
  | 'what is late arrives'

const aMishap = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Mishap>('none') },
  { weight: 2, arbitrary: fc.constantFrom(...MISHAPS) },
)

const aStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      ask: fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 4),
      mishaps: fc.array(aMishap, { minLength: 3, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ plainly: aMishap }) },
  { weight: 3, arbitrary: fc.record({ topUp: fc.nat(2), by: fc.constantFrom(...TOP_UPS) }) },
  { weight: 1, arbitrary: fc.constant('a month passes' as const) },
  { weight: 1, arbitrary: fc.constant('what is late arrives' as const) },
)

/** What the users have at first: the first too little, most of the time. */
const someTopUps = fc.tuple(
  fc.constantFrom(4, 4, 4, ...TOP_UPS),
  fc.constantFrom(...TOP_UPS),
  fc.constantFrom(...TOP_UPS),
)

/** Three users, and what happens between them and whoever asks. */
class Team {
  readonly users = [aUser(), aUser(), aUser()]
  /** Who was asked in the request at hand, and what they said. */
  asked: { readonly userId: string; readonly said: SubmissionReply | 'nothing' }[] = []
  readonly #d1s: FaultyD1[] = []

  /** The ledgers of the users, to each of whom one thing happens. */
  ledgers(mishaps: readonly Mishap[]) {
    return (userId: string) => ({
      submit: async (submission: Submission): Promise<SubmissionReply> => {
        const mishap = mishaps[this.users.indexOf(userId)] ?? 'none'
        const note = (said: SubmissionReply | 'nothing') => this.asked.push({ userId, said })
        if (mishap === 'never arrived') {
          note('nothing')
          throw new Error('The line broke')
        }
        const said =
          mishap === 'overloaded'
            ? ({ type: 'overloaded' } as const)
            : await this.#said(userId, submission, mishap)
        if (mishap === 'never answered') {
          note('nothing')
          throw new Error('The line broke')
        }
        note(said)
        return said
      },
      snapshot: () => Promise.reject(new Error('Nobody reads here')),
    })
  }

  async topUp(place: number, by: number): Promise<void> {
    await recordAt(this.users[place] ?? '', credits(crypto.randomUUID(), by))
  }

  async lateArrives(): Promise<void> {
    for (const d1 of this.#d1s) await d1.arriveLate()
  }

  /** What a new instance of the object says, or the one that lives on where nothing happens to it. */
  #said(userId: string, submission: Submission, mishap: Mishap): Promise<SubmissionReply> {
    if (mishap === 'none') return env.USERS.getByName(userId).submit(submission)
    const d1 = new FaultyD1(env.DB)
    this.#d1s.push(d1)
    d1.faults.push(...faultsOf(mishap))
    if (mishap.startsWith('unknown')) d1.unansweredQuestions = 3
    return atAnObject(userId, { db: d1.db }, (object) => object.submit(submission))
  }
}

function faultsOf(mishap: Mishap): readonly Fault[] {
  switch (mishap) {
    case 'none':
    case 'never arrived':
    case 'never answered':
    case 'overloaded':
      return []
    case 'unknown and lost':
      return ['lost on the way', 'lost on the way', 'lost on the way']
    case 'unknown and late':
      return ['late', 'late', 'late']
    case 'unknown and recorded':
      return ['reply lost', 'lost on the way', 'lost on the way']
    case 'lost on the way':
    case 'reply lost':
    case 'late':
    case 'full':
      return [mishap]
  }
}

/** A try of its own under the one key. */
const aTry = () =>
  ({
    door: 'api',
    requestId: `req_${crypto.randomUUID()}`,
    actor: 'tester',
    idempotencyKey: 'k',
    ifVersion: undefined,
  }) as const

/** What is answered, `null` where it is a problem that says nothing of what became of it. */
async function answered(work: Promise<StoredAnswer>): Promise<StoredAnswer | null> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    expect(['outcome_unknown', 'overloaded', 'ledger_full', 'ledger_unavailable']).toContain(error.code)
    return null
  }
}

/** How much was spent of all three, past all of our own code. */
async function spentBy(users: readonly string[]): Promise<number> {
  const { results } = await env.DB.prepare(
    `SELECT coalesce(sum(bytes ->> '$.data.amount'), 0) AS spent FROM entries
     WHERE bytes ->> '$.type' = 'usage_consumed' AND user_id IN (SELECT value FROM json_each(?))`,
  )
    .bind(JSON.stringify(users))
    .all<{ spent: number }>()
  return results[0]?.spent ?? 0
}

/** Plays the steps, then asks for each list once more with nothing in the way, and tells what was answered to which list. */
async function play(team: Team, steps: readonly Step[]) {
  const { users } = team
  const answers: { readonly list: number; readonly answer: StoredAnswer; readonly month: number }[] = []
  /** By list, who has passed it on. */
  const passed = new Map<number, Set<string>>()
  let month = 0

  const askFor = async (list: number, mishaps: readonly Mishap[]) => {
    const anyOf = (LISTS[list] ?? []).map((place) => users[place] ?? '')
    team.asked = []
    const asked = { anyOf, feature: 'credits', amount: AMOUNT }
    const answer = await answered(consumeAny(team.ledgers(mishaps), asked, aTry()))
    if (answer !== null) answers.push({ list, answer, month })
    // One after another in their order, and nobody behind one who did not pass it on.
    const passes = passed.get(list) ?? new Set()
    passed.set(list, passes)
    const [saying, place] = [team.asked, new Set(team.asked.map(({ userId }) => userId))]
    expect([...place]).toEqual(anyOf.slice(0, place.size))
    for (const [at, { userId, said }] of saying.entries()) {
      const isPassedOn = said !== 'nothing' && said.type === 'answered' && said.isPassedOn === true
      const next = saying[at + 1]
      if (next !== undefined && next.userId !== userId) expect(isPassedOn).toBe(true)
      if (passes.has(userId) && said !== 'nothing' && said.type === 'answered') expect(isPassedOn).toBe(true)
      if (isPassedOn) passes.add(userId)
    }
  }

  for (const step of steps) {
    if (step === 'a month passes') {
      pass(31 * DAY)
      month += 1
      await dropExpiredReceipts(env.DB, Date.now())
    } else if (step === 'what is late arrives') {
      await team.lateArrives()
    } else if ('ask' in step) {
      await askFor(step.ask, step.mishaps)
    } else if ('plainly' in step) {
      const command = consume(users[0] ?? '', { feature: 'credits', amount: AMOUNT })
      await answered(submitCommand(team.ledgers([step.plainly]), command, aTry()))
    } else {
      await team.topUp(step.topUp, step.by)
    }
    expect([0, AMOUNT]).toContain(await spentBy(users))
  }
  await team.lateArrives()
  for (const list of LISTS.keys()) await askFor(list, [])
  return answers
}

describe('what is spent of one of several users under one key', () => {
  it(
    'is paid once or not at all, whatever is lost, unknown, topped up, or tried again a month later',
    async () => {
      await fc.assert(
        fc.asyncProperty(someTopUps, fc.array(aStep, { minLength: 3, maxLength: 12 }), async (has, steps) => {
          const team = new Team()
          for (const [place, by] of has.entries()) await team.topUp(place, by)
          const answers = await play(team, steps)
          expect([0, AMOUNT]).toContain(await spentBy(team.users))
          const paid = answers.filter(({ answer }) => answer.status === 201)
          // One payment, answered the same for ever and to one list alone.
          expect(new Set(paid.map(({ answer }) => answer.body)).size).toBeLessThanOrEqual(1)
          expect(new Set(paid.map(({ list }) => list)).size).toBeLessThanOrEqual(1)
          if (paid.length > 0) expect(await spentBy(team.users)).toBe(AMOUNT)
          for (const userId of team.users) {
            expect(await verify(env.DB, userId)).toMatchObject({ intact: true })
          }
        }),
        { numRuns: IS_WHOLE ? 150 : 25, endOnFailure: true },
      )
    },
    IS_WHOLE ? 600_000 : 180_000,
  )
})
