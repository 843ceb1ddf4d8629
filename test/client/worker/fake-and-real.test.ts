import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Ledger } from '../../../src/client/ledger.ts'
import { LedgerError } from '../../../src/client/ledger-error.ts'
import { fakeLedger } from '../../../src/client/testing/fake-ledger.ts'
import type { FakeGrant } from '../../../src/client/testing/fake-rights.ts'
import { aFeature, ask } from '../../support/api.ts'
import { pass, stopTheClock } from '../../support/clock.ts'
import { aUser } from '../../support/user.ts'
import { IS_WHOLE } from '../../support/whole.ts'
import { AN_ACT, programOf } from './acts.ts'
import { overBinding } from './ledgers.ts'
import { PROGRAMS, type Scene, tellAll } from './programs.ts'

stopTheClock()

/** What is of one ledger alone, or of its door: what it calls things that it made, its catalog, and what it says in words. */
const ITS_OWN = ['catalogVersion', 'requestId', 'title', 'detail', 'errors', 'actor']

/** Answers in which each entitlement is called by its place, and of which lists are in an order that both know. */
function comparable(answers: readonly unknown[]): unknown {
  const told = JSON.stringify(answers, (name, value: unknown) => {
    if (ITS_OWN.includes(name) || String(value).startsWith('/docs/problems#')) return undefined
    if (name === 'nextCursor') return value !== null
    if (isPlan(value)) return { ...value, entitlements: value.entitlements.length }
    if (name === 'features' || name === 'balances')
      return inOrder(value as readonly Listed[], ({ feature }) => feature)
    if (name === 'items') return inOrder(value as readonly Listed[], ({ version = 0 }) => version)
    return value
  })
  const ids: string[] = []
  const named = told.replaceAll(/\bent_[\w-]+/g, (id) => {
    if (!ids.includes(id)) ids.push(id)
    return `ent#${ids.indexOf(id)}`
  })
  return JSON.parse(named) as unknown
}

/** What a plan gives is told in the order of ids. */
function isPlan(value: unknown): value is { readonly entitlements: { readonly length: number } } {
  return typeof value === 'object' && value !== null && 'quantity' in value
}

interface Listed {
  readonly feature: string
  readonly version?: number
}

function inOrder(list: readonly Listed[], by: (one: Listed) => string | number): readonly Listed[] {
  return list.toSorted((a, b) => (by(a) < by(b) ? -1 : Number(by(a) > by(b))))
}

let names: Pick<Scene, 'export4k' | 'theme' | 'renders' | 'seats' | 'pro' | 'free'>
let products: Readonly<Record<string, readonly FakeGrant[]>>

beforeAll(async () => {
  const [export4k, theme, renders, seats] = await Promise.all([
    aFeature(),
    aFeature('config'),
    aFeature('metered'),
    aFeature('metered', { held: true }),
  ])
  const [pro, free] = [`pro-${crypto.randomUUID()}`, `free-${crypto.randomUUID()}`]
  const sold = {
    [pro]: [{ feature: export4k }, { feature: renders, amount: 5 }],
    [free]: [{ feature: export4k }],
  }
  for (const [id, features] of Object.entries(sold)) {
    await ask('PUT', `/v4/products/${id}`, { body: { name: id, features } })
  }
  names = { export4k, theme, renders, seats, pro, free }
  products = { ...sold, themed: [{ feature: theme, value: 'dark' }] }
})

/** Holds the answers of a fake and of the Worker to one program equal. */
async function expectTheSame(program: (scene: Scene) => Promise<unknown>): Promise<void> {
  const ids = [aUser(), aUser()]
  const fake = fakeLedger({}, { products, held: [names.seats], now: new Date().toISOString() })
  const real = await answersTo(program, ids, overBinding(), pass)
  expect(await answersTo(program, ids, fake, (ms) => fake.clock.pass(ms))).toEqual(real)
}

/** All that a ledger says to a program, of two users. */
async function answersTo(
  program: (scene: Scene) => Promise<unknown>,
  ids: readonly string[],
  ledger: Ledger,
  wait: Scene['wait'],
): Promise<unknown> {
  const answers: unknown[] = []
  const say = async <Answer>(call: Promise<Answer>): Promise<Answer> => {
    const answer = await call.catch((error: unknown) => {
      if (!(error instanceof LedgerError)) throw error
      // A program goes on with an id that nothing has.
      return { id: 'res_99', ...error.problem } as Answer
    })
    answers.push(answer)
    return answer
  }
  const [user = expect.unreachable(), team = expect.unreachable()] = ids.map((id) => ledger.user(id))
  const scene = { ledger, user, team, ...names, say, wait }
  await program(scene)
  await tellAll(scene)
  return comparable(answers)
}

describe('a fake ledger answers what a real one answers', () => {
  it.each(Object.entries(PROGRAMS))('about %s', async (_name, program) => {
    await expectTheSame(program)
  })

  it('about what is taken and given back, in any order', async () => {
    const property = fc.asyncProperty(fc.array(AN_ACT, { minLength: 8, maxLength: 20 }), async (acts) => {
      await expectTheSame(programOf(acts))
    })
    await fc.assert(property, { numRuns: IS_WHOLE ? 25 : 6, endOnFailure: true })
  })
})
