import assert from 'node:assert/strict'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { startFreshLedger } from '../fresh-ledger.mjs'

/** Has the package in a folder ask a ledger that is served by `wrangler dev`. Throws where that is not answered as it should be. */
export async function askLedger(folder) {
  const { LedgerError, createLedger, createMemory } = await import(
    pathToFileURL(path.join(folder, 'client.js'))
  )
  const server = await startFreshLedger()
  try {
    await putFeature(server, 'export-4k', 'boolean')
    await putFeature(server, 'renders', 'metered')
    const ledger = createLedger({ url: server.url, token: server.token, memory: createMemory() })
    const user = ledger.user('jane+client@example.com')

    assert.equal((await user.check('export-4k')).allowed, false)
    await user.grant({ feature: 'export-4k' })
    await user.grant({ feature: 'renders', amount: 5 })
    assert.equal((await user.check('export-4k')).allowed, true)
    await user.consume({ feature: 'renders', amount: 3 })
    assert.equal(user.remembered('export-4k')?.allowed, true)
    assert.equal(user.remembered('renders'), null)
    assert.equal((await user.check('renders')).balance.remaining, 2)

    const key = { idempotencyKey: 'render-7' }
    await assert.rejects(user.consume({ feature: 'renders', amount: 3 }, key), (error) => {
      assert.ok(error instanceof LedgerError)
      assert.deepEqual([error.code, error.idempotencyKey], ['insufficient_balance', 'render-7'])
      return true
    })
    const types = []
    for await (const { type } of user.ledger({ order: 'oldest', limit: 1 })) types.push(type)
    assert.deepEqual(types, ['entitlement_created', 'entitlement_created', 'usage_consumed'])
  } finally {
    await server.stop()
  }
}

async function putFeature({ url, token }, key, type) {
  const answer = await fetch(`${url}/v4/features/${key}`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ type }),
  })
  assert.ok(answer.ok, await answer.text())
}
