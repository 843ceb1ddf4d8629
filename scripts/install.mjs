// Installs what package-lock.json names, when node_modules is missing, older, or was left half done.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import path from 'node:path'
import { PROJECT, giveUp } from './project.mjs'

// npm writes this file last, so an interrupted install leaves none.
if (writtenAt('node_modules/.package-lock.json') < writtenAt('package-lock.json')) {
  console.log('Installing dependencies …')
  const npm = spawnSync('npm ci --no-audit --no-fund --loglevel=error', {
    cwd: PROJECT,
    stdio: 'inherit',
    shell: true, // npm is a .cmd file on Windows
  })
  if (npm.status !== 0) giveUp('The dependencies could not be installed: see what npm says above.')
}

function writtenAt(file) {
  return statSync(path.join(PROJECT, file), { throwIfNoEntry: false })?.mtimeMs ?? 0
}
