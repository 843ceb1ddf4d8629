import { describe, expect, it } from 'vitest'
import { SCOPES, type Scope } from '../../src/contract/scopes.ts'
import { EntitlementsEntrypoint } from '../../src/rpc/entitlements.ts'
import { aFeature } from '../support/api.ts'
import { aUser } from '../support/user.ts'
import { type Methods, aBinding, aBindingWith, thrownBy } from './bindings.ts'

const ENTITLEMENT = `ent_${'0'.repeat(32)}`
const KEYED = { idempotencyKey: 'key' }

const methods: readonly {
  name: string
  scope: Scope
  call: (of: Methods, userId: string) => Promise<unknown>
}[] = [
  { name: 'check', scope: 'access:check', call: (of, userId) => of.check({ userId, feature: 'export' }) },
  {
    name: 'checkMany',
    scope: 'access:check',
    call: (of, userId) => of.checkMany({ checks: [{ userId, feature: 'export' }] }),
  },
  { name: 'access', scope: 'access:check', call: (of, userId) => of.access({ userId }) },
  {
    name: 'passport',
    scope: 'access:check',
    call: (of, userId) => of.passport({ userId, audience: 'app' }),
  },
  {
    name: 'grant',
    scope: 'entitlements:write',
    call: async (of, userId) => of.grant({ ...KEYED, userId, feature: await aFeature() }),
  },
  {
    name: 'revoke',
    scope: 'entitlements:write',
    call: (of, userId) => of.revoke({ userId, entitlementId: ENTITLEMENT }),
  },
  {
    name: 'consume',
    scope: 'usage:write',
    call: (of, userId) => of.consume({ ...KEYED, userId, feature: 'export', amount: 1 }),
  },
  {
    name: 'reverse',
    scope: 'usage:write',
    call: (of, userId) => of.reverse({ ...KEYED, userId, consumptionId: 'con_1' }),
  },
  {
    name: 'reserve',
    scope: 'usage:write',
    call: (of, userId) => of.reserve({ ...KEYED, userId, feature: 'export', amount: 1, ttlSeconds: 60 }),
  },
  {
    name: 'releaseHolder',
    scope: 'usage:write',
    call: (of, userId) => of.releaseHolder({ ...KEYED, userId, feature: 'export', holder: 'ann' }),
  },
  {
    name: 'renew',
    scope: 'usage:write',
    call: (of, userId) => of.renew({ userId, reservationId: 'res_1', ttlSeconds: 60 }),
  },
  {
    name: 'commit',
    scope: 'usage:write',
    call: (of, userId) => of.commit({ ...KEYED, userId, reservationId: 'res_1' }),
  },
  {
    name: 'release',
    scope: 'usage:write',
    call: (of, userId) => of.release({ ...KEYED, userId, reservationId: 'res_1' }),
  },
  { name: 'holders', scope: 'entitlements:read', call: (of, userId) => of.holders({ userId }) },
  { name: 'reservations', scope: 'entitlements:read', call: (of, userId) => of.reservations({ userId }) },
  {
    name: 'reservation',
    scope: 'entitlements:read',
    call: (of, userId) => of.reservation({ userId, reservationId: 'res_1' }),
  },
  { name: 'consumptions', scope: 'ledger:read', call: (of, userId) => of.consumptions({ userId }) },
  {
    name: 'givePlan',
    scope: 'entitlements:write',
    call: (of, userId) => of.givePlan({ userId, ...KEYED, product: 'pro' }),
  },
  {
    name: 'changePlan',
    scope: 'entitlements:write',
    call: (of, userId) => of.changePlan({ userId, sourceRef: 'trial', product: 'pro' }),
  },
  {
    name: 'endPlan',
    scope: 'entitlements:write',
    call: (of, userId) => of.endPlan({ userId, sourceRef: 'trial' }),
  },
  {
    name: 'update',
    scope: 'entitlements:write',
    call: (of, userId) => of.update({ userId, entitlementId: ENTITLEMENT, priority: 1 }),
  },
  {
    name: 'suspend',
    scope: 'entitlements:write',
    call: (of, userId) => of.suspend({ userId, entitlementId: ENTITLEMENT, ...KEYED }),
  },
  {
    name: 'resume',
    scope: 'entitlements:write',
    call: (of, userId) => of.resume({ userId, entitlementId: ENTITLEMENT, ...KEYED }),
  },
  {
    name: 'entitlement',
    scope: 'entitlements:read',
    call: (of, userId) => of.entitlement({ userId, entitlementId: ENTITLEMENT }),
  },
  { name: 'entitlements', scope: 'entitlements:read', call: (of, userId) => of.entitlements({ userId }) },
  {
    name: 'queryEntitlements',
    scope: 'entitlements:read',
    call: (of) => of.queryEntitlements({ feature: 'export' }),
  },
  {
    name: 'plan',
    scope: 'entitlements:read',
    call: (of, userId) => of.plan({ userId, sourceRef: 'trial' }),
  },
  { name: 'plans', scope: 'entitlements:read', call: (of, userId) => of.plans({ userId }) },
  { name: 'ledger', scope: 'ledger:read', call: (of, userId) => of.ledger({ userId }) },
  {
    name: 'purchase',
    scope: 'entitlements:read',
    call: (of) => of.purchase({ provider: 'stripe', id: 'cs_1' }),
  },
  { name: 'balances', scope: 'access:check', call: (of, userId) => of.balances({ userId }) },
]

/** The code that was thrown, `null` when none was. */
function codeOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => null,
    (error: { code: string }) => error.code,
  )
}

describe.each(methods)('$name', ({ scope, call }) => {
  it('is for a binding with that one scope', async () => {
    // What it finds behind the door does not matter here.
    expect(await codeOf(call(aBinding({ scopes: [scope] }), aUser()))).not.toBe('forbidden')
  })

  it('is not for a binding with every scope but that one, and says which is lacking', async () => {
    const scopes = SCOPES.filter((other) => other !== scope)
    const { problem } = await thrownBy(call(aBinding({ scopes }), aUser()))
    expect(problem).toMatchObject({ code: 'forbidden', status: 403, scope })
  })

  it.each<[string, object | undefined]>([
    ['none', undefined],
    ['empty ones', {}],
    ['the scopes alone', SCOPES],
    ['scopes in one text, as a token has them', { scopes: 'access:check entitlements:write' }],
    ['scopes that are no texts', { scopes: [['access:check'], ['entitlements:write']] }],
    ['a misspelt member', { scopes: SCOPES, calller: 'billing' }],
  ])('is not for a binding whose props are wrong: %s', async (_what, props) => {
    expect(await codeOf(call(aBindingWith(props), aUser()))).toBe('forbidden')
  })
})

describe('a binding without scopes', () => {
  it('speaks for no user, whatever it is called: that is for tokens', async () => {
    const caller = aUser()
    const binding = aBinding({ scopes: [], caller })
    expect(await codeOf(binding.check({ userId: caller, feature: 'export' }))).toBe('forbidden')
    expect(await codeOf(binding.access({ userId: caller }))).toBe('forbidden')
  })
})

describe('what a caller can reach', () => {
  it('is these methods and no other, so that each has been asked who may', () => {
    const reachable = Object.getOwnPropertyNames(EntitlementsEntrypoint.prototype)
    expect(reachable.filter((name) => name !== 'constructor').toSorted()).toEqual(
      methods.map(({ name }) => name).toSorted(),
    )
  })
})
