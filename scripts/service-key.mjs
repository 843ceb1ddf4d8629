import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PROJECT } from './project.mjs'
import { newSigningKey } from './signing-key.mjs'

/** Git ignores this folder. */
const FOLDER = path.join(PROJECT, '.local')

/** The file of the first key, as one types it. */
export function firstFile() {
  return path.relative(process.cwd(), path.join(FOLDER, 'service-key.json'))
}

/** The file of the next one. */
export function nextFile(number = 2) {
  const file = path.join(FOLDER, `service-key-${number}.json`)
  return existsSync(file) ? nextFile(number + 1) : path.relative(process.cwd(), file)
}

/** Makes a key for one issuer and audience, in a file of its own. Throws where there is one, or where Git would take it along. */
export function createServiceKey(file, { issuer, audience }) {
  if (isTracked(file)) throw new Error(`Git does not ignore ${file}: keep the key outside of the repository.`)
  const made = { issuer, audience, key: newSigningKey() }
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  try {
    writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw error.code === 'EEXIST' ? new Error(`${file} is there already: nothing was made.`) : error
  }
  return made
}

/** What such a file holds: the issuer and audience of its tokens, and the key. Throws, saying what to do. */
export function readServiceKey(file) {
  if (!existsSync(file)) throw new Error(`There is no ${file}: \`npm run keys\` makes one.`)
  try {
    const { issuer, audience, key } = JSON.parse(readFileSync(file, 'utf8'))
    if (issuer && audience && key.kid && key.d) return { issuer, audience, key }
  } catch {
    // Said below.
  }
  throw new Error(`${file} is none that \`npm run keys\` has made.`)
}

/** Whether it lies in the repository and would be committed. */
function isTracked(file) {
  const inside = path.relative(PROJECT, path.resolve(file))
  if (inside.startsWith('..') || path.isAbsolute(inside)) return false
  return spawnSync('git', ['check-ignore', '-q', inside], { cwd: PROJECT }).status === 1
}
