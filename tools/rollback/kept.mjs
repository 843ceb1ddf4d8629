import { readFileSync } from 'node:fs'
import path from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { PROJECT } from '../../scripts/project.mjs'

const KEPT = path.join(PROJECT, 'test/fixtures/shipped-0019')

/** The database that the version before filled; the README beside it says what each member is. */
export function keptDatabase() {
  const text = readFileSync(path.join(KEPT, 'database.json.gz.txt'), 'utf8')
  return JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString('utf8'))
}

/** The bundle that filled it. */
export function keptBundle() {
  return brotliDecompressSync(readFileSync(path.join(KEPT, 'worker.js.br'))).toString('utf8')
}
