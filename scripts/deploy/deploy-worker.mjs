import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { PROJECT } from '../project.mjs'
import { runWrangler } from '../wrangler.mjs'
import { deployedAddress } from './deployed-address.mjs'

const OUTPUT = path.join(PROJECT, '.wrangler/deployed.ndjson')

/** Has wrangler deploy the Worker, and answers where it is, which wrangler tells in a file. `null` after a dry run. */
export async function deployWorker(args) {
  rmSync(OUTPUT, { force: true })
  await runWrangler(['deploy', ...args], { WRANGLER_OUTPUT_FILE_PATH: OUTPUT })
  return existsSync(OUTPUT) ? deployedAddress(readFileSync(OUTPUT, 'utf8')) : null
}
