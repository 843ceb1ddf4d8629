import { spawnSync } from 'node:child_process'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PROJECT } from './project.mjs'

/** Git ignores this folder. */
const FOLDER = path.join(PROJECT, '.local')

/** A file that Git does not take along, as one types it. */
export function privateFile(name) {
  return path.relative(process.cwd(), path.join(FOLDER, name))
}

/** Writes a secret to a new file, for its owner alone. Throws where there is one, or where Git would take it along. */
export function createPrivateFile(file, secret) {
  refuseTracked(file)
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  try {
    writeFileSync(file, textOf(secret), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw error.code === 'EEXIST' ? new Error(`${file} is there already: nothing was made.`) : error
  }
}

/** Writes a secret over what the file held, at once or not at all. */
export function replacePrivateFile(file, secret) {
  refuseTracked(file)
  writeFileSync(`${file}.new`, textOf(secret), { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

function textOf(secret) {
  return `${JSON.stringify(secret, null, 2)}\n`
}

/** Throws for a file that lies in the repository and would be committed. */
function refuseTracked(file) {
  const inside = path.relative(PROJECT, path.resolve(file))
  if (inside.startsWith('..') || path.isAbsolute(inside)) return
  if (spawnSync('git', ['check-ignore', '-q', inside], { cwd: PROJECT }).status !== 1) return
  throw new Error(`Git does not ignore ${file}: keep the key outside of the repository.`)
}
