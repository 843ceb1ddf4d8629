import type { EvaluationContext } from '@openfeature/server-sdk'
import { describe, expect, it, vi } from 'vitest'
import { LedgerError } from '../../../src/client/ledger-error.ts'
import { EntitlementsProvider } from '../../../src/client/openfeature/entitlements-provider.ts'
import { fakeLedger } from '../../../src/client/testing/fake-ledger.ts'
import type { FakeGrants } from '../../../src/client/testing/fake-rights.ts'
import { aClient } from './a-client.ts'

const RIGHTS: FakeGrants = {
  u_42: [
    'export-4k',
    { feature: 'trial', trial: true, endsAt: '2030-01-02T00:00:00Z' },
    { feature: 'seats', value: 5 },
    { feature: 'regions', value: ['eu', 'us'] },
    { feature: 'nothing', value: null },
    { feature: 'dark', value: true },
    { feature: 'renders', amount: 3 },
  ],
}
const NOBODY: EvaluationContext = { targetingKey: 'u_7' }

describe('A feature as a flag', () => {
  it('is named after its user, and runs on servers', () => {
    const { metadata, runsOn } = new EntitlementsProvider(fakeLedger())
    expect({ metadata, runsOn }).toEqual({ metadata: { name: 'entitlement-ledger' }, runsOn: 'server' })
  })

  it('is true or false where it is boolean, for the reason of the check, and the default of nobody', async () => {
    const client = await aClient(fakeLedger(RIGHTS))
    expect(await client.getBooleanDetails('trial', false)).toEqual({
      flagKey: 'trial',
      value: true,
      reason: 'TARGETING_MATCH',
      variant: 'in_trial',
      flagMetadata: {
        version: 7,
        catalogVersion: 1,
        asOf: '2030-01-01T00:00:00.000Z',
        source: 'ledger',
        nextChangeAt: '2030-01-02T00:00:00.000Z',
      },
    })
    expect(await client.getBooleanDetails('export-4k', true, NOBODY)).toMatchObject({
      value: false,
      reason: 'TARGETING_MATCH',
      variant: 'no_entitlement',
    })
  })

  it('is its value where it has one, and who may not use it gets the default', async () => {
    const client = await aClient(fakeLedger(RIGHTS))
    expect(await client.getNumberDetails('seats', 1)).toMatchObject({ value: 5, variant: 'granted' })
    expect(await client.getObjectValue('regions', [])).toEqual(['eu', 'us'])
    expect(await client.getObjectValue('nothing', {})).toBeNull()
    expect(await client.getBooleanValue('dark', false)).toBe(true)
    const refused = { reason: 'DISABLED', variant: 'no_entitlement' }
    expect(await client.getNumberDetails('seats', 1, NOBODY)).toMatchObject({ value: 1, ...refused })
    expect(await client.getBooleanDetails('dark', true, NOBODY)).toMatchObject({ value: true, ...refused })
    expect(await client.getNumberDetails('seats', 1, NOBODY)).not.toHaveProperty('errorCode')
  })

  it('is whether there is something left where it is metered, and how much', async () => {
    const ledger = fakeLedger(RIGHTS)
    const client = await aClient(ledger)
    expect(await client.getBooleanDetails('renders', false)).toMatchObject({
      value: true,
      variant: 'granted',
      flagMetadata: { remaining: 3 },
    })
    await ledger.user('u_42').consume({ feature: 'renders', amount: 3 })
    expect(await client.getBooleanDetails('renders', true)).toMatchObject({
      value: false,
      reason: 'TARGETING_MATCH',
      variant: 'limit_reached',
      flagMetadata: { remaining: 0 },
    })
  })

  it('is not there where no feature has its key', async () => {
    const client = await aClient(fakeLedger(RIGHTS))
    for (const key of ['unknown', '', '..', '__proto__']) {
      expect(await client.getBooleanDetails(key, false)).toMatchObject({
        value: false,
        reason: 'ERROR',
        errorCode: 'FLAG_NOT_FOUND',
      })
    }
  })

  it('is of no other type than it is', async () => {
    const client = await aClient(fakeLedger(RIGHTS))
    const mismatch = { reason: 'ERROR', errorCode: 'TYPE_MISMATCH' }
    expect(await client.getStringDetails('seats', 'few')).toMatchObject({ value: 'few', ...mismatch })
    expect(await client.getBooleanDetails('seats', false)).toMatchObject({ value: false, ...mismatch })
    expect(await client.getObjectDetails('seats', {})).toMatchObject({ value: {}, ...mismatch })
    expect(await client.getNumberDetails('export-4k', 1)).toMatchObject({ value: 1, ...mismatch })
    // A boolean that is a no is one all the same.
    expect(await client.getStringDetails('export-4k', 'no', NOBODY)).toMatchObject({
      value: 'no',
      ...mismatch,
    })
  })

  it('is of somebody', async () => {
    const client = await aClient(fakeLedger(RIGHTS), {})
    for (const context of [undefined, {}, { targetingKey: '' }, { userId: 'u_42' }]) {
      expect(await client.getBooleanDetails('export-4k', false, context)).toMatchObject({
        value: false,
        reason: 'ERROR',
        errorCode: 'TARGETING_KEY_MISSING',
      })
    }
  })
})

describe('A flag from memory', () => {
  it('says so, by the rule of the client, and that it is stale while nobody answers', async () => {
    const ledger = fakeLedger(RIGHTS, { memory: { lastKnownSeconds: 300 } })
    const client = await aClient(ledger)
    const reason = async () => (await client.getBooleanDetails('export-4k', false)).reason
    expect([await reason(), await reason()]).toEqual(['TARGETING_MATCH', 'CACHED'])
    ledger.clock.pass(30_000)
    expect(await reason()).toBe('TARGETING_MATCH')
    ledger.clock.pass(30_000)
    ledger.fault = 'unavailable'
    expect(await client.getBooleanDetails('export-4k', false)).toMatchObject({
      value: true,
      reason: 'STALE',
      variant: 'granted',
      flagMetadata: { degraded: true },
    })
  })

  it('knows of which type what is refused is without asking for it each time', async () => {
    const ledger = fakeLedger(RIGHTS, { memory: {} })
    const user = ledger.user('u_7')
    const access = vi.spyOn(user, 'access')
    ledger.user = () => user
    const client = await aClient(ledger, NOBODY)
    expect((await client.getNumberDetails('seats', 1)).reason).toBe('DISABLED')
    ledger.fault = 'unavailable'
    expect((await client.getNumberDetails('seats', 1)).reason).toBe('DISABLED')
    expect(await client.getBooleanDetails('export-4k', true)).toMatchObject({
      value: false,
      reason: 'CACHED',
    })
    expect(access).toHaveBeenCalledTimes(1)
  })
})

describe('A ledger that is silent', () => {
  it('leaves the default, and says that it was an error', async () => {
    const ledger = fakeLedger(RIGHTS, { memory: {} })
    const client = await aClient(ledger)
    for (const fault of ['unavailable', 'late'] as const) {
      ledger.fault = fault
      expect(await client.getBooleanDetails('export-4k', false)).toMatchObject({
        value: false,
        reason: 'ERROR',
        errorCode: 'GENERAL',
        errorMessage: fault === 'late' ? 'timed_out' : 'ledger_unavailable',
      })
      expect((await client.getNumberDetails('seats', 1)).value).toBe(1)
    }
  })

  it('makes no yes of a no whose type it does not tell', async () => {
    const ledger = fakeLedger(RIGHTS)
    const user = ledger.user('u_7')
    user.access = () => Promise.reject(new LedgerError({ code: 'timed_out' }))
    ledger.user = () => user
    const client = await aClient(ledger, NOBODY)
    expect(await client.getBooleanDetails('dark', true)).toMatchObject({
      value: false,
      variant: 'no_entitlement',
    })
    expect((await client.getNumberDetails('seats', 1)).value).toBe(1)
  })

  it('is no reason to throw, nor is a mistake of the app', async () => {
    const ledger = fakeLedger(RIGHTS)
    ledger.user = () => {
      throw new TypeError('a mistake')
    }
    const provider = new EntitlementsProvider(ledger)
    const context = { targetingKey: 'u_42' }
    expect(await provider.resolveBooleanEvaluation('export-4k', false, context)).toEqual({
      value: false,
      reason: 'ERROR',
      errorCode: 'GENERAL',
      errorMessage: 'TypeError: a mistake',
    })
  })
})
