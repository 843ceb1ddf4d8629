import { readdirSync } from 'node:fs'
import path from 'node:path'
import { PROJECT } from '../project.mjs'

/** The migrations that are not among those that were applied, in their order. */
export function migrationsToCome(applied) {
  return readdirSync(path.join(PROJECT, 'migrations'))
    .filter((name) => !applied.includes(name))
    .toSorted()
}
