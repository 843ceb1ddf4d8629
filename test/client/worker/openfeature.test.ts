import { beforeAll, describe, expect, it } from 'vitest'
import { createMemory } from '../../../src/client/access-memory.ts'
import type { Ledger } from '../../../src/client/ledger.ts'
import { EntitlementsProvider } from '../../../src/client/openfeature/entitlements-provider.ts'
import { aFeature, ask } from '../../support/api.ts'
import { aUser } from '../../support/user.ts'
import { overBinding, overHttp } from './ledgers.ts'

const doors: readonly [string, boolean, () => Promise<Ledger>][] = [
  ['HTTP', false, () => overHttp()],
  ['HTTP, with a memory', true, () => overHttp({ memory: createMemory() })],
  ['the binding', false, () => Promise.resolve(overBinding())],
  ['the binding, with a memory', true, () => Promise.resolve(overBinding({ memory: createMemory() }))],
]

const features: Record<string, string> = {}
const user = { targetingKey: aUser() }
let version = 0
const nobody = { targetingKey: aUser() }

function named(what: string): string {
  return features[what] ?? expect.unreachable(what)
}

beforeAll(async () => {
  for (const type of ['boolean', 'config', 'metered'] as const) features[type] = await aFeature(type)
  features['a list'] = await aFeature('config')
  features['switched off'] = await aFeature()
  const of = (await overHttp()).user(user.targetingKey)
  await of.grant({ feature: named('boolean') })
  await of.grant({ feature: named('config'), value: 5 })
  await of.grant({ feature: named('a list'), value: ['eu', null] })
  await of.grant({ feature: named('metered'), amount: 2 })
  const granted = await of.grant({ feature: named('switched off') })
  version = granted.version
  await ask('PATCH', `/v4/features/${named('switched off')}`, { body: { enabled: false } })
})

// The SDK itself needs `nodejs_compat`, without which the Worker under test runs.
describe.each(doors)('The provider for OpenFeature over %s', (_door, isRemembering, open) => {
  const aProvider = async () => {
    const ledger = await open()
    // Else a copy may answer that was made before the last of these grants.
    ledger.user(user.targetingKey).expect(version)
    return new EntitlementsProvider(ledger)
  }

  it('evaluates what the ledger says of each kind of feature', async () => {
    const provider = await aProvider()
    expect(await provider.resolveBooleanEvaluation(named('boolean'), false, user)).toMatchObject({
      value: true,
      reason: 'TARGETING_MATCH',
      variant: 'granted',
    })
    expect((await provider.resolveNumberEvaluation(named('config'), 1, user)).value).toBe(5)
    expect((await provider.resolveObjectEvaluation(named('a list'), [], user)).value).toEqual(['eu', null])
    expect(await provider.resolveBooleanEvaluation(named('metered'), false, user)).toMatchObject({
      value: true,
      flagMetadata: { remaining: 2 },
    })
    expect(await provider.resolveBooleanEvaluation(named('switched off'), true, user)).toMatchObject({
      value: false,
      variant: 'disabled',
    })
    const { reason } = await provider.resolveBooleanEvaluation(named('boolean'), false, user)
    expect(reason).toBe(isRemembering ? 'CACHED' : 'TARGETING_MATCH')
  })

  it('refuses with a no, and with the default for what has values', async () => {
    const provider = await aProvider()
    const variant = 'no_entitlement'
    for (const feature of ['boolean', 'metered'] as const) {
      expect(await provider.resolveBooleanEvaluation(named(feature), true, nobody)).toMatchObject({
        value: false,
        variant,
      })
    }
    expect(await provider.resolveNumberEvaluation(named('config'), 1, nobody)).toMatchObject({
      value: 1,
      reason: 'DISABLED',
      variant,
    })
    expect(await provider.resolveStringEvaluation(named('boolean'), 'no', nobody)).toMatchObject({
      value: 'no',
      errorCode: 'TYPE_MISMATCH',
    })
  })

  it.each(['feature-nowhere', ' ', 'A', 'a/b', '%2e%2e', 'é', 'x'.repeat(300), '__proto__', '\0'])(
    'has no flag %j',
    async (key) => {
      expect(await (await aProvider()).resolveBooleanEvaluation(key, false, user)).toMatchObject({
        value: false,
        reason: 'ERROR',
        errorCode: 'FLAG_NOT_FOUND',
      })
    },
  )

  it('has no flag either by what no address can say', async () => {
    const provider = await aProvider()
    for (const key of ['', '.', '..']) {
      expect(await provider.resolveBooleanEvaluation(key, false, user)).toMatchObject({
        value: false,
        reason: 'ERROR',
      })
    }
    const step = { targetingKey: '..' }
    expect(await provider.resolveBooleanEvaluation(named('boolean'), false, step)).toMatchObject({
      value: false,
      reason: 'ERROR',
    })
  })

  it.each(['a b', '', 'é', 'x'.repeat(300)])(
    'evaluates nothing for %j, which is nobody',
    async (targetingKey) => {
      const errorCode = targetingKey === '' ? 'TARGETING_KEY_MISSING' : 'INVALID_CONTEXT'
      expect(
        await (await aProvider()).resolveBooleanEvaluation(named('boolean'), true, { targetingKey }),
      ).toMatchObject({ value: true, reason: 'ERROR', errorCode })
    },
  )
})
