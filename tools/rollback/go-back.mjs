import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as shop from '../../test/checkout/payloads/standard-webhooks.ts'
import { startDeployment } from './deployment.mjs'
import {
  OF_EVERYBODY,
  expectNewCatalogAgain,
  expectNewCatalogBefore,
  writeNewCatalog,
} from './new-catalog.mjs'
import { load, migrate } from './tables.mjs'

/** What is asked of the new version, whose answers the one before is asked for: name → path, key and body. */
const NEW_KEYS = {
  grant: ['/v4/users/u_new/entitlements', 'n-grant', { feature: 'credits', amount: 20 }],
  consumption: ['/v4/users/u_new/consumptions', 'n-spend', { feature: 'credits', amount: 4 }],
  refusal: ['/v4/users/u_new/consumptions', 'n-refused', { feature: 'credits', amount: 900 }],
}

/**
 * Updates a database of the version before to all migrations, lets the new bundle write into it, and goes back: the bundle
 * `before` serves on it; then updates again. Answers what is `wrong`, and `replays`: what each key is answered that the new version answered first.
 */
export async function goBack({ kept, before, after }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'entitlement-ledger-rollback-'))
  const at = Date.parse(kept.now) + 60_000
  const wrong = []
  const replays = []
  const expectThat = (is, what, answer) => {
    if (!is) wrong.push(`${what}: ${answer.status} ${answer.body}`)
  }
  try {
    const first = await onNew({ kept, after, folder, at })
    const old = await startDeployment({ code: before, folder })
    try {
      await holdsWhatItWrote(old, kept, at, expectThat)
      await expectNewCatalogBefore(old, at, expectThat)
      await goesOn(old, at, expectThat)
      replays.push(...(await replaysOf(old, first, at)))
    } finally {
      await old.stop()
    }
    const again = await startDeployment({ code: after, folder })
    try {
      await expectNewCatalogAgain(again, at, expectThat)
    } finally {
      await again.stop()
    }
    return { wrong, replays }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Answers what the new version answered. */
async function onNew({ kept, after, folder, at }) {
  const deployment = await startDeployment({ code: after, folder })
  try {
    await migrate(deployment.db, { upTo: kept.lastMigration })
    await load(deployment.db, kept.rows)
    await migrate(deployment.db, { after: kept.lastMigration })
    const answers = {}
    for (const [name, [url, key, body]] of Object.entries(NEW_KEYS))
      answers[name] = await keyed(deployment, 'POST', url, key, body, at)
    for (const { provider, ...delivery } of kept.next) await deployment.deliver(provider, delivery, { at })
    await deployment.deliver('standard-webhooks', bought('2001', 'u_new'), { at })
    await writeNewCatalog(deployment, at)
    return answers
  } finally {
    await deployment.stop()
  }
}

/** Every key of the version before is answered as then; events are known, cursors go on, every ledger proves itself. */
async function holdsWhatItWrote(old, { asked, delivered, reads }, at, expectThat) {
  for (const { method, path: url, key, request, status, body } of asked) {
    const again = await keyed(old, method, url, key, request ?? undefined, at)
    const isSame = again.status === status && again.body === body
    expectThat(isSame && again.headers['idempotent-replayed'] === 'true', `The key ${key} again`, again)
  }
  for (const { provider, ...delivery } of delivered.slice(-5)) {
    const again = await old.deliver(provider, delivery, { at })
    expectThat(/duplicate|conflict/.test(again.body), `An event of ${provider} again`, again)
  }
  for (const { path: url } of reads.filter((read) => read.path.includes('cursor='))) {
    const page = await old.ask('GET', url, { at })
    expectThat(page.status === 200, `The page ${url}`, page)
  }
  const users = old.db.prepare('SELECT DISTINCT user_id FROM entries WHERE user_id <> ?').bind(OF_EVERYBODY)
  const { results } = await users.all()
  for (const { user_id: userId } of results) {
    const proof = await old.ask('GET', `/v4/users/${userId}/ledger/verify`, { at })
    expectThat(JSON.parse(proof.body).intact === true, `The proof of ${userId}`, proof)
  }
}

/** A check, a grant, a consumption, a product and a webhook. */
async function goesOn(old, at, expectThat) {
  const check = async (userId, feature) =>
    old.ask('GET', `/v4/users/${userId}/access/${feature}?consistency=strong`, { at })
  const renewed = await check('u_stripe', 'pro')
  expectThat(JSON.parse(renewed.body).allowed === true, 'What the new version renewed', renewed)
  const given = await check('u_new', 'reports')
  expectThat(JSON.parse(given.body).allowed === true, 'What was bought at the new version', given)
  const granted = await keyed(old, 'POST', '/v4/users/u_new/entitlements', 'o-1', { feature: 'pro' }, at)
  expectThat(granted.status === 201, 'A grant', granted)
  const spending = { feature: 'credits', amount: 1 }
  const spent = await keyed(old, 'POST', '/v4/users/u_new/consumptions', 'o-2', spending, at)
  expectThat(spent.status === 201, 'A consumption', spent)
  await old.deliver('standard-webhooks', bought('2002', 'u_next'), { at })
  const applied = await check('u_next', 'reports')
  expectThat(JSON.parse(applied.body).allowed === true, 'A purchase', applied)
  const product = {
    name: 'Print',
    features: [{ feature: 'reports' }],
    references: [{ provider: 'standard-webhooks', ref: 'print' }],
  }
  const put = await old.ask('PUT', '/v4/products/print', { at, body: product })
  expectThat(put.status < 300, 'A product', put)
  await old.sweep(at)
  const waited = await check('u_waits', 'reports')
  expectThat(JSON.parse(waited.body).allowed === true, 'What had waited for it', waited)
}

/** What each key of the new version is answered now, and how many entries came of asking again: none may. */
async function replaysOf(old, first, at) {
  const replays = []
  for (const [name, [url, key, body]] of Object.entries(NEW_KEYS)) {
    const before = await countOf(old)
    const again = await keyed(old, 'POST', url, key, body, at)
    const added = (await countOf(old)) - before
    const isSame = again.status === first[name].status && again.body === first[name].body
    replays.push({ name, added, isSame, status: again.status, body: again.body })
  }
  return replays
}

function bought(purchaseId, userId) {
  const { body } = shop.completed({ purchase_id: purchaseId, user_id: userId })
  return { body, headers: { 'webhook-id': `msg_of_${purchaseId}` } }
}

async function countOf({ db }) {
  return db.prepare('SELECT count(*) AS count FROM entries').first('count')
}

function keyed(deployment, method, url, key, body, at) {
  return deployment.ask(method, url, { at, body, headers: { 'Idempotency-Key': key } })
}
