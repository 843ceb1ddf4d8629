import { asked } from '../requests.mjs'
import { send } from '../shop.mjs'
import { ring } from '../users.mjs'
import { firstGrants } from './first-grant.mjs'
import { AMOUNT, consumption, fillFeatures, give, giveLots, named, post, reserveOf } from './fill.mjs'

/** How many features are left of the thousand that a catalog may have, once one user has rights to 979. */
const FIRST = 16

/**
 * What is compared: each has two sides, which make requests of somebody with little and of somebody with much, and the
 * ratio of their rates that is to be reached. The first is the measure. Every answer holds `expected`.
 */
export const COMPARISONS = [
  {
    name: 'consumption, of 1,000 lots with 1,000 reservations',
    goal: 0.5,
    connections: 1,
    sides: (port) => consumers(port, 'one-by-one'),
    expected: '"remaining":',
  },
  {
    name: 'consumption, 50 in flight, of 1,000 lots with 1,000 reservations',
    goal: 0.5,
    connections: 50,
    sides: (port) => consumers(port, 'in-groups'),
    expected: '"remaining":',
  },
  {
    name: 'check in memory, of a config feature with 1,000 rights',
    goal: 0.95,
    sides: (port) => checkers(port, 'config', ['few-values', 1], ['many-values', 1000]),
    expected: '"source":"memory"',
  },
  {
    name: 'check in memory, of a boolean feature with 999 rights beside that are to come',
    goal: 0.95,
    sides: (port) => checkers(port, 'boolean', ['few-booleans', 1], ['many-booleans', 1000]),
    expected: '"source":"memory"',
  },
  {
    name: 'check in memory, of 1,000 lots, two of them with something left',
    goal: 0.8,
    sides: async (port) => {
      await fillFeatures(port, 'metered', 1)
      await giveLots(port, 'few-lots', 2)
      await giveLots(port, 'many-lots', 1000)
      await reserveOf(port, 'many-lots', 998, AMOUNT)
      return repeated(port, ['few-lots', 'many-lots'], `metered-000`)
    },
    expected: '"source":"memory"',
  },
  {
    name: 'strong check, of one with 100 rights to as many features',
    goal: 0.8,
    sides: (port) => checkers(port, 'boolean', ['strong-1', 1], ['strong-100', 100], { strong: true }),
    expected: '"source":"ledger"',
  },
  {
    name: 'strong check, of one with 979 rights to as many features',
    goal: 0.5,
    sides: (port) => checkers(port, 'boolean', ['strong-1', 1], ['strong-979', 979], { strong: true }),
    expected: '"source":"ledger"',
  },
  {
    name: 'grant, the first of its feature, of one with 979 rights',
    goal: 0.8,
    connections: 1,
    sides: async (port) => {
      await fillFeatures(port, 'first', FIRST)
      await fillFeatures(port, 'boolean', 979)
      const users = ['grants-warm', 'grants-first']
      for (const user of users) await give(port, user, 979, (index) => ({ feature: named('boolean', index) }))
      const first = ring(Array.from({ length: FIRST }, (_, index) => named('first', index)))
      return users.map((user, side) => () => past(user, side === 0 ? 'boolean-000' : first()))
    },
    expected: '"state":"expired"',
  },
  {
    name: 'grant, the first of its user, beside a bare object that starts, reads once and writes once',
    goal: 0.8,
    connections: 1,
    sides: (_port, ledger) => firstGrants(ledger),
    expected: '"state":"active"',
  },
]

/** Somebody who spends of one lot, and somebody who spends of a thousand of which all but two are held whole. */
async function consumers(port, name) {
  await fillFeatures(port, 'metered', 1)
  const [few, many] = [`${name}-few`, `${name}-many`]
  await giveLots(port, few, 1)
  await giveLots(port, many, 1000)
  await reserveOf(port, many, 1000, 0.998 * AMOUNT)
  return [few, many].map((user) => () => consumption(user))
}

async function checkers(port, type, [few, little], [many, much], { strong = false } = {}) {
  const count = strong ? much : 1
  await fillFeatures(port, type, count)
  const right = (index) => ({
    feature: named(type, index % count),
    ...(type === 'config' ? { value: index } : {}),
    ...(type === 'boolean' && index >= count ? { startsAt: '2999-01-01T00:00:00.000Z' } : {}),
  })
  await give(port, few, little, right)
  await give(port, many, much, right)
  const query = strong ? '?consistency=strong' : ''
  return repeated(port, [few, many], `${named(type, 0)}${query}`)
}

/** Checks, of users whose newest snapshot the isolate has been told. */
async function repeated(port, users, question) {
  const checks = users.map((user) => asked(`/v4/users/${user}/access/${question}`))
  for (const { path, ...check } of checks) {
    await send(port, { ...check, path: `${path.replace(/\?.*/, '')}?maxAge=0` })
  }
  return checks.map((check) => () => check)
}

/** A grant of what is over already: it does not count against the thousand that a user may have. */
function past(user, feature) {
  const body = { feature, startsAt: '2020-01-01T00:00:00.000Z', endsAt: '2021-01-01T00:00:00.000Z' }
  return post(`/v4/users/${user}/entitlements`, body)
}
