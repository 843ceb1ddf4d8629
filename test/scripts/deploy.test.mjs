import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCloudflare } from './fake-cloudflare.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'deploy-'))
const config = path.join(folder, 'wrangler.toml')

let cloudflare

/** What `npm run deploy` says, with the pinned wrangler, at an account that is not one. */
async function deploy() {
  const { account, url } = cloudflare
  account.changes.length = 0
  const env = {
    ...process.env,
    CLOUDFLARE_API_BASE_URL: url,
    CLOUDFLARE_API_TOKEN: 'a-token',
    CLOUDFLARE_ACCOUNT_ID: 'an-account',
  }
  const args = ['--import', './test/scripts/ready-ledger.mjs', 'scripts/deploy.mjs', '--config', config]
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  const exitCode = await new Promise((ended) => child.once('close', ended))
  return { exitCode, said, changes: [...account.changes] }
}

function locallyMigrated() {
  const db = new DatabaseSync(':memory:')
  for (const file of readdirSync('migrations').toSorted()) db.exec(readFileSync(`migrations/${file}`, 'utf8'))
  return db
}

/** All that a database is made of, but for its comments and what wrangler keeps in it. */
function tablesOf(db) {
  const rows = db.prepare(`SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name`).all()
  return rows
    .filter(({ name }) => !/d1_migrations|sqlite_sequence/.test(name))
    .map(({ name, sql }) => [name, sql.replaceAll(/--.*$/gm, '').replaceAll(/\s+/g, ' ')])
}

beforeAll(async () => {
  const issuer = ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWT_JWKS_URL'].map(
    (name) => `${name} = "https://acme.test/"`,
  )
  const text = readFileSync('wrangler.toml', 'utf8')
    .replace('"src/worker.ts"', JSON.stringify(path.resolve('src/worker.ts')))
    .replace('"migrations"', JSON.stringify(path.resolve('migrations')))
    .replace('"dist/assets"', JSON.stringify(path.resolve('dist/assets')))
    .replace(/^\[vars\]$/m, ['[vars]', ...issuer, 'JWT_ALGORITHMS = "RS256"'].join('\n'))
  writeFileSync(config, text)
  cloudflare = await startCloudflare()
})

afterAll(() => {
  cloudflare.stop()
  rmSync(folder, { recursive: true })
})

describe('npm run deploy', () => {
  it('touches nothing while there is no database, and says how one is made', async () => {
    const { exitCode, said, changes } = await deploy()
    expect(exitCode).toBe(1)
    expect(said).toContain('npx wrangler d1 create entitlement-ledger --location')
    expect(changes).toEqual([])
  }, 120_000)

  it('the first time lists the migrations, applies them, makes the cache, and tells what is missing', async () => {
    cloudflare.account.hasDatabase = true
    const { exitCode, said, changes } = await deploy()
    expect({ exitCode, said }).toMatchObject({ exitCode: 0 })
    expect(said).toMatch(/Migrations to come: 0001_ledger\.sql, .*0026_counted\.sql/)
    expect(tablesOf(cloudflare.account.db)).toEqual(tablesOf(locallyMigrated()))
    expect(changes).toContain('POST /storage/kv/namespaces')
    expect(said).toContain('Ready: https://entitlement-ledger.acme.workers.dev\n')
    expect(said).toContain('/webhooks/stripe takes nothing before its secret is set: npx wrangler secret put')
  }, 120_000)

  it('from then on wants the secrets of what the catalog sells', async () => {
    cloudflare.account.db.exec(
      `INSERT INTO product_references (provider, ref, product_id) VALUES ('stripe', 'price_1', 'pro')`,
    )
    const { exitCode, said, changes } = await deploy()
    expect(exitCode).toBe(1)
    expect(said).toContain('npx wrangler secret put WEBHOOK_SECRETS_STRIPE\n')
    expect(changes).toEqual([])
  }, 120_000)

  it('another time makes nothing again, and tells where webhooks are taken', async () => {
    cloudflare.account.secrets.push('WEBHOOK_SECRETS_STRIPE')
    const { exitCode, said, changes } = await deploy()
    expect({ exitCode, said }).toMatchObject({ exitCode: 0 })
    expect(said).toContain('Migrations to come: none\n')
    expect(said).toContain('Takes webhooks: https://entitlement-ledger.acme.workers.dev/webhooks/stripe\n')
    expect(changes.filter((one) => /kv|d1/.test(one))).toEqual([])
  }, 120_000)
})
