// Keeps what the code of a commit records, as a fixture that later versions are held to: node tools/rollback/keep.mjs <commit>
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { giveUp, PROJECT } from '../../scripts/project.mjs'
import { bundleOf } from './bundle-of.mjs'
import { startDeployment } from './deployment.mjs'
import { liveThrough } from './story.mjs'
import { dump, migrate } from './tables.mjs'

const [commit, lastMigration] = process.argv.slice(2)
if (lastMigration === undefined) giveUp('node tools/rollback/keep.mjs <commit> <its last migration>.sql')

const folder = mkdtempSync(path.join(tmpdir(), 'entitlement-ledger-keep-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const code = await bundleOf(commit)
const deployment = await startDeployment({ code, folder })
await migrate(deployment.db, { upTo: lastMigration })
const told = await liveThrough(deployment)
const rows = await dump(deployment.db)
await deployment.stop()

const kept = path.join(PROJECT, `test/fixtures/shipped-${lastMigration.slice(0, 4)}`)
mkdirSync(kept, { recursive: true })
const database = gzipSync(JSON.stringify({ commit, lastMigration, ...told, rows }), { level: 9 })
writeFileSync(path.join(kept, 'database.json.gz.txt'), database.toString('base64').replace(/.{120}/g, '$&\n'))
writeFileSync(path.join(kept, 'worker.js.br'), brotliCompressSync(code))
for (const [table, { rows: all }] of Object.entries(rows)) console.log(`${table}: ${all.length}`)
