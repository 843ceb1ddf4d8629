import path from 'node:path'
import { PROJECT } from '../../../scripts/project.mjs'
import { bundled } from '../bundles.mjs'
import { freePort } from '../free-port.mjs'
import { startServer } from '../servers.mjs'
import { publishedSnapshot, send } from '../shop.mjs'
import { STRIPE_SECRET } from '../stripe-events.mjs'
import { TOKEN_SETTINGS } from '../tokens.mjs'
import { fillFeatures, named, post } from './fill.mjs'

const CONFIG = 'tools/bench/limits/wrangler.toml'
const TABLES = ['entries', 'notes', 'entitlements', 'receipts']

/**
 * First grants, each of another user: of a bare Worker with jose, whose object starts, reads once, and writes once what the
 * ledger writes; and of the ledger.
 */
export async function firstGrants(ledger) {
  await fillFeatures(ledger.sockets.default, 'boolean', 1)
  const bare = await startBare(await sampleOf(ledger))
  return [
    { next: ofNobody('bare'), port: bare.sockets.grant, cpuMs: bare.cpuMs },
    { next: ofNobody('ours'), port: ledger.sockets.default, cpuMs: ledger.cpuMs },
  ]
}

/** What one such grant answers, writes and publishes. */
async function sampleOf(ledger) {
  const user = 'first-sample'
  const { status, headers, text } = await send(ledger.sockets.default, grantOf(user))
  const { 'transfer-encoding': _chunked, 'content-length': _length, ...kept } = headers
  const rows = await ledger.db.batch(
    TABLES.map((table) => ledger.db.prepare(`SELECT * FROM ${table} WHERE user_id = ?`).bind(user)),
  )
  const granted = Object.fromEntries(
    TABLES.map((table, index) => [table, rows[index].results]).filter(([, some]) => some.length > 0),
  )
  const snapshot = (await publishedSnapshot(ledger, user)).text
  return { answers: { grant: { status, headers: kept, body: text } }, granted, snapshot }
}

async function startBare(sample) {
  return startServer({
    bundle: await bundled(
      path.join(PROJECT, 'dist/bench-much/bare'),
      'tools/bench/limits/src/worker.ts',
      CONFIG,
    ),
    config: CONFIG,
    bindings: { ...TOKEN_SETTINGS, STRIPE_SECRET, SAMPLES: sample },
    sockets: { grant: await freePort() },
  })
}

function ofNobody(name) {
  let users = 0
  return () => {
    users += 1
    return grantOf(`first-${name}-${users}`)
  }
}

function grantOf(user) {
  return post(`/v4/users/${user}/entitlements`, { feature: named('boolean', 0) })
}
