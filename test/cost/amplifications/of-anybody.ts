import { ask } from '../../support/api.ts'
import { aToken } from '../../support/token.ts'
import { type Amplification, often } from '../amplification.ts'

const SIGNATURE = '0'.repeat(64)

export const OF_ANYBODY: readonly Amplification[] = [
  {
    caller: 'anybody',
    asks: '`GET /readyz`, a hundred times',
    makes: { kvReads: 1, d1Calls: 1, rowsRead: 1, lines: 10 },
    bound: 'one look in 5 s, whatever it finds',
    async arrange({ of }) {
      // Else the first makes the token of all tests.
      await ask('GET', '/healthz')
      return () => often(100, () => ask('GET', '/readyz', { of, token: null }))
    },
  },
  {
    caller: 'anybody',
    asks: '`GET /openapi.json`, a hundred times',
    makes: { hashes: 1, lines: 10 },
    bound: 'made once an isolate, kept by others for 300 s',
    arrange: ({ of }) =>
      Promise.resolve(() => often(100, () => ask('GET', '/openapi.json', { of, token: null }))),
  },
  {
    caller: 'anybody',
    asks: 'a token that is signed wrong, a hundred times',
    makes: { signatures: 100, lines: 20 },
    bound: 'a token has 8 KiB; ten lines of a kind in a minute',
    async arrange({ of }) {
      const token = `${(await aToken()).slice(0, -8)}AAAAAAAA`
      return () => often(100, () => ask('GET', '/v4/features', { of, token }))
    },
  },
  {
    caller: 'anybody',
    asks: 'a hundred tokens, while the issuer is down and no key is known',
    makes: { kvReads: 1, hashes: 1, fetches: 1, lines: 11 },
    bound: 'one look, then a pause of 1 s, twice as long each time, up to a minute',
    bindings: { JWT_JWKS: undefined, JWT_JWKS_URL: 'https://issuer.test/jwks.json' },
    async arrange({ of }) {
      const token = await aToken()
      return () => often(100, () => ask('GET', '/v4/features', { of, token }))
    },
  },
  {
    caller: 'anybody',
    asks: 'a webhook with five signatures that are wrong, a hundred times',
    makes: { signatures: 100, lines: 20 },
    bound: 'a pass over the body, of 2 MiB at most, for each secret; headers of 2,048 characters',
    bindings: { WEBHOOK_SECRETS_REVENUECAT: 'a_secret_of_revenuecat' },
    arrange({ of }) {
      const seconds = Math.floor(Date.now() / 1000)
      const headers = {
        'X-RevenueCat-Webhook-Signature': `t=${seconds}${`,v1=${SIGNATURE}`.repeat(5)}`,
      }
      const webhook = { of, token: null, headers, body: {} }
      return Promise.resolve(() => often(100, () => ask('POST', '/webhooks/revenuecat', webhook)))
    },
  },
]
