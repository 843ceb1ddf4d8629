import { createServer } from 'node:http'
import { describe, expect, it } from 'vitest'
import { deployedAddress } from '../../scripts/deploy/deployed-address.mjs'
import { missingSecrets } from '../../scripts/deploy/missing-secrets.mjs'
import { untilReady } from '../../scripts/deploy/until-ready.mjs'
import { webhookAddresses } from '../../scripts/deploy/webhook-addresses.mjs'

function outputWith(targets) {
  return [{ type: 'wrangler-session' }, { type: 'deploy', targets }]
    .map((line) => JSON.stringify(line))
    .join('\n')
}

describe('where a deployment answers', () => {
  it.each([
    [['https://ledger.acme.workers.dev', 'schedule: * * * * *'], 'https://ledger.acme.workers.dev'],
    [['https://ledger.acme.workers.dev', 'ledger.acme.test (custom domain)'], 'https://ledger.acme.test'],
    [['ledger.acme.test/* (zone name: acme.test)'], 'https://ledger.acme.test'],
    [['acme.test/ledger/*', '*.acme.test/*', 'schedule: * * * * *'], null],
    [undefined, null],
  ])('is of %j the address %s', (targets, address) => {
    expect(deployedAddress(outputWith(targets))).toBe(address)
  })
})

describe('the secrets that a deployment lacks', () => {
  it('are those of the providers that the catalog names', () => {
    const state = {
      providers: ['stripe', 'standard-webhooks'],
      secrets: ['WEBHOOK_SECRETS_STRIPE', 'LOG_KEY'],
    }
    expect(missingSecrets(state, {})).toEqual(['WEBHOOK_SECRETS_STANDARD_WEBHOOKS'])
  })

  it('are all of them before the first one, and the key of names that have to be signed', () => {
    const state = { providers: ['paddle'], secrets: null }
    const vars = { CHECKOUT_NAMING: 'stripe=server, paddle = signed' }
    expect(missingSecrets(state, vars)).toEqual(['CHECKOUT_NAMING_KEY', 'WEBHOOK_SECRETS_PADDLE'])
  })
})

it('webhooks are taken of the providers that have a secret', () => {
  const secrets = ['LOG_KEY', 'WEBHOOK_SECRETS_STANDARD_WEBHOOKS', 'WEBHOOK_SECRETS_STRIPE']
  expect(webhookAddresses('https://ledger.acme.test', secrets)).toEqual([
    'https://ledger.acme.test/webhooks/stripe',
    'https://ledger.acme.test/webhooks/standard-webhooks',
  ])
})

describe('a deployment', () => {
  /** Answers each time with the next of these, and goes on with the last. */
  async function asked(answers, attempts) {
    const left = [...answers]
    const server = createServer((_request, response) => {
      const [status, body] = left.length > 1 ? left.shift() : left[0]
      response.writeHead(status).end(JSON.stringify(body))
    })
    await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
    try {
      return await untilReady(`http://127.0.0.1:${server.address().port}`, { attempts, pauseMs: 0 })
    } finally {
      server.close()
      server.closeAllConnections()
    }
  }

  it('is asked until it is ready', async () => {
    const answers = [
      [404, {}],
      [503, { title: 'Not available' }],
      [200, { status: 'ready', warnings: [] }],
    ]
    expect(await asked(answers, 3)).toBeNull()
  })

  it('that does not become ready is told with its own reason', async () => {
    const detail = 'JWT_ISSUER is missing'
    expect(await asked([[503, { title: 'Misconfigured', detail }]], 2)).toBe(detail)
  })
})
