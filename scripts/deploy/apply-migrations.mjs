import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PROJECT } from '../project.mjs'
import { runWrangler } from '../wrangler.mjs'

const FROM = path.join(PROJECT, 'migrations')
const SENT = path.join(PROJECT, 'dist/migrations')

/**
 * Has wrangler apply the migrations to the deployed database, without their comments: D1 splits what it is sent into statements by
 * rules of its own, and a semicolon or an apostrophe in a comment led them astray
 * (https://github.com/cloudflare/workers-sdk/issues/4767, /4713). No local run shows that.
 */
export async function applyMigrations({ name, account_id, d1_databases: [database] }) {
  rmSync(SENT, { recursive: true, force: true })
  mkdirSync(path.join(SENT, 'sql'), { recursive: true })
  for (const file of readdirSync(FROM)) {
    writeFileSync(path.join(SENT, 'sql', file), withoutComments(readFileSync(path.join(FROM, file), 'utf8')))
  }
  const config = path.join(SENT, 'wrangler.json')
  const d1_databases = [{ ...database, migrations_dir: 'sql' }]
  writeFileSync(config, JSON.stringify({ name, account_id, d1_databases }))
  await runWrangler(['d1', 'migrations', 'apply', database.binding, '--remote', '--config', config])
}

/** In the migrations a comment is a line, or several. */
function withoutComments(sql) {
  return sql.replaceAll(/^\s*--.*\n/gm, '')
}
