import { describe, expect, it } from 'vitest'
import type { Operation } from '../../src/contract/operations/operation.ts'
import { type OperationId, OPERATIONS } from '../../src/contract/operations/operations.ts'
import { SCOPES } from '../../src/contract/scopes.ts'
import { documentedOperations } from '../attack/documented-operations.ts'
import { aWatchedIsolate, cameIn, tryOperation } from '../attack/try-operation.ts'
import { ask } from '../support/api.ts'
import { expectProblem } from '../support/problem.ts'
import { aToken } from '../support/token.ts'
import { aUser } from '../support/user.ts'
import { aConfinedToken, BOTH_ISSUERS, confined, PREFIX } from './a-confined-isolate.ts'

/**
 * What each operation is to an issuer that is confined to users under a prefix. An operation that is not decided does not
 * compile; how the lists and batches behave is in `confined-lists.test.ts`.
 */
const DECIDED: Readonly<Record<OperationId, 'under' | 'each' | 'filtered' | 'open' | 'refused' | 'anyone'>> =
  {
    checkAccess: 'under',
    checkAny: 'each',
    listAccess: 'under',
    checkMany: 'each',
    evaluateFlag: 'each',
    evaluateFlags: 'each',
    issuePassport: 'under',
    getPassportKeys: 'anyone',
    createEntitlement: 'under',
    listEntitlements: 'under',
    queryEntitlements: 'filtered',
    getEntitlement: 'under',
    updateEntitlement: 'under',
    revokeEntitlement: 'under',
    suspendEntitlement: 'under',
    resumeEntitlement: 'under',
    givePlan: 'under',
    listPlans: 'under',
    getPlan: 'under',
    changePlan: 'under',
    endPlan: 'under',
    consume: 'under',
    consumeAny: 'each',
    reverseConsumption: 'under',
    reserve: 'under',
    commitReservation: 'under',
    releaseReservation: 'under',
    listBalances: 'under',
    listHolders: 'under',
    releaseHolder: 'under',
    listReservations: 'under',
    getReservation: 'under',
    renewReservation: 'under',
    listLedger: 'under',
    listConsumptions: 'under',
    verifyLedger: 'under',
    putFeature: 'refused',
    getFeature: 'open',
    updateFeature: 'refused',
    archiveFeature: 'refused',
    listFeatures: 'open',
    putProduct: 'refused',
    getProduct: 'open',
    archiveProduct: 'refused',
    listProducts: 'open',
    listCatalogChanges: 'refused',
    listInbox: 'refused',
    getInboxEvent: 'refused',
    replayInboxEvent: 'refused',
    putCustomer: 'refused',
    getCustomer: 'refused',
    deleteCustomer: 'refused',
    getPurchase: 'refused',
    putPurchase: 'refused',
    deletePurchaseUser: 'refused',
    getHealth: 'anyone',
    getReadiness: 'anyone',
    getOpenApi: 'anyone',
    getDocs: 'anyone',
    getProblems: 'anyone',
  }

const operations = Object.entries(DECIDED).map(([id, decision]) => {
  const documented = documentedOperations.find((operation) => operation.id === id)
  if (documented === undefined) throw new Error(`The document has no ${id}`)
  return { ...documented, decision }
})
const decided = (...decisions: readonly string[]) =>
  operations.filter(({ decision }) => decisions.includes(decision))

const kept = await aWatchedIsolate(BOTH_ISSUERS)

const inside = () => `${PREFIX}${aUser()}`

/** Ids that are not under the prefix, most of which look as if they were. */
const OUTSIDE = [
  'jane',
  PREFIX,
  'acme',
  'Acme:jane',
  'ACME:jane',
  'acmes:jane',
  'acme;jane',
  'acme.jane',
  'acme%3Ajane',
  '%61cme:jane',
  ':acme:jane',
  '/acme:jane',
  '../acme:jane',
]

describe('the table', () => {
  it('names every operation that the contract has', () => {
    expect(Object.keys(DECIDED).toSorted()).toEqual(Object.keys(OPERATIONS).toSorted())
  })

  it('says of those that name a user in the path, and of no others, that they stay under the prefix', () => {
    const named = Object.entries<Operation>(OPERATIONS).filter(([, { path }]) => path.includes('{userId}'))
    expect(decided('under').map(({ id }) => id)).toEqual(named.map(([id]) => id))
  })
})

describe.each(decided('under'))('$id', (operation) => {
  it('is for users under the prefix', async () => {
    const { answered } = await tryOperation(operation, {
      userId: inside(),
      token: await aConfinedToken(),
      of: confined,
    })
    expect(cameIn(answered)).toBe(true)
  })

  it('is for nobody else, whatever they are called, and says so before anything is looked at', async () => {
    const token = await aConfinedToken()
    const texts = new Set<string>()
    for (const userId of OUTSIDE) {
      const { answered, used } = await tryOperation(operation, { userId, token, of: kept })
      expectProblem(answered, 403, 'forbidden')
      expect(answered.json).not.toHaveProperty('scope')
      expect(used).toEqual([])
      texts.add(answered.text)
    }
    expect(texts.size).toBe(1)
  })

  it('is for a token of its user without scopes where the operation lets it, and for no other’s', async () => {
    const sub = aUser()
    const token = await aConfinedToken({ sub, scope: '' })
    const own = await tryOperation(operation, { userId: `${PREFIX}${sub}`, token, of: confined })
    expect(cameIn(own.answered)).toBe(operation.isForSelf)
    for (const userId of [sub, inside(), `${PREFIX}${sub}x`, `${PREFIX}${PREFIX}${sub}`]) {
      const { answered, used } = await tryOperation(operation, { userId, token, of: kept })
      expectProblem(answered, 403, 'forbidden')
      expect(used).toEqual([])
    }
  })

  it('lets no token of the other issuer speak for a user under the prefix', async () => {
    const sub = inside()
    const { answered } = await tryOperation(operation, {
      userId: sub,
      token: await aToken({ sub, scope: '' }),
      of: kept,
    })
    expectProblem(answered, 401, 'unauthenticated')
  })
})

describe.each(decided('refused'))('$id', (operation) => {
  it('is not for it, with every scope that there is', async () => {
    const { answered, used } = await tryOperation(operation, {
      userId: inside(),
      token: await aConfinedToken(),
      of: kept,
    })
    expectProblem(answered, 403, 'forbidden')
    expect(used).toEqual([])
  })

  it('is for the issuer beside it', async () => {
    const token = await aToken()
    const { answered } = await tryOperation(operation, { userId: inside(), token, of: confined })
    expect(cameIn(answered)).toBe(true)
  })
})

describe.each(decided('each', 'filtered', 'open'))('$id', (operation) => {
  it('is for it with its scope, and with no other', async () => {
    const { scope: needed } = operation
    for (const scope of SCOPES) {
      const token = await aConfinedToken({ scope })
      const { answered } = await tryOperation(operation, { userId: inside(), token, of: confined })
      expect(cameIn(answered)).toBe(scope === needed)
    }
  })
})

it.each(decided('anyone'))('$id is for anyone', async ({ method, path }) => {
  expect((await ask(method, path, { token: null, of: confined })).status).toBe(200)
})
