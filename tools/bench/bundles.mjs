import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PROJECT } from '../../scripts/project.mjs'
import { ended, startWrangler } from '../../scripts/wrangler.mjs'

const BUILT = path.join(PROJECT, 'dist/bench')

/** Where the group commit says how many commands it takes together, and the text that says it. */
const GROUP_FILE = 'ledger/object/group-queue.ts'
const GROUP_SIZE = /const GROUP_MAX = \d+\n/

/** Builds what is measured, each as it would be deployed. Answers the files, by name. */
export async function buildBundles() {
  rmSync(BUILT, { recursive: true, force: true })
  return {
    ledger: await bundled(path.join(BUILT, 'ledger'), 'src/worker.ts', 'wrangler.toml'),
    oneByOne: await bundled(path.join(BUILT, 'one-by-one'), sourcesWithoutGroups(), 'wrangler.toml'),
    limits: await bundled(
      path.join(BUILT, 'limits'),
      'tools/bench/limits/src/worker.ts',
      'tools/bench/limits/wrangler.toml',
    ),
  }
}

/** Builds a Worker into a folder, as it would be deployed. Answers the file. */
export async function bundled(folder, entry, config) {
  mkdirSync(path.join(PROJECT, 'dist/assets'), { recursive: true }) // wrangler wants the folder of the docs
  const args = ['deploy', entry, '--config', config, '--dry-run', '--minify', '--outdir', folder]
  const wrangler = startWrangler(args, ['ignore', 'pipe', 'pipe'])
  let said = ''
  for (const stream of [wrangler.stdout, wrangler.stderr]) stream.on('data', (text) => (said += text))
  if ((await ended(wrangler)) !== 0) throw new Error(`${entry} could not be built:\n${said}`)
  return path.join(folder, 'worker.js')
}

/** The same sources, with groups of one command. Answers their entry. */
function sourcesWithoutGroups() {
  const copy = path.join(BUILT, 'one-by-one-src')
  cpSync(path.join(PROJECT, 'src'), copy, { recursive: true })
  const file = path.join(copy, GROUP_FILE)
  const text = readFileSync(file, 'utf8')
  if (!GROUP_SIZE.test(text)) throw new Error(`${GROUP_FILE} does not say how large a group is`)
  writeFileSync(file, text.replace(GROUP_SIZE, 'const GROUP_MAX = 1\n'))
  return path.join(copy, 'worker.ts')
}
