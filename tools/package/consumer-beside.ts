// Somebody else's program, which holds besides the package what its pieces are for.
import assert from 'node:assert/strict'
import { OpenFeature, type Provider } from '@openfeature/server-sdk'
import { createLedger } from 'entitlement-ledger/client'
import { EntitlementsProvider } from 'entitlement-ledger/openfeature'
import { localJwks, verifyPassport } from 'entitlement-ledger/passport'

const ledger = createLedger({
  url: 'https://ledger.example.com',
  token: 'a.b.c',
  fetch: async () =>
    Response.json({
      allowed: true,
      reason: 'granted',
      feature: 'export-4k',
      entitlements: [],
      nextChangeAt: null,
    }),
})

const provider: Provider = new EntitlementsProvider(ledger)
await OpenFeature.setProviderAndWait(provider)
const flags = OpenFeature.getClient()
assert.equal(await flags.getBooleanValue('export-4k', false, { targetingKey: 'u_42' }), true)
assert.equal((await flags.getBooleanDetails('export-4k', false)).errorCode, 'TARGETING_KEY_MISSING')

const options = { jwks: localJwks({ keys: [] }), issuer: 'https://ledger.example.com', audience: 'app' }
const passport = await verifyPassport('a.b.c', options)
assert.equal(passport.ok ? passport.userId : passport.reason, 'malformed')
