import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { missingPackages } from './missing-packages.mjs'
import { progress } from './progress.mjs'
import { PROJECT, giveUp } from './project.mjs'

/** What is downloaded into an empty folder with an empty cache, measured on Linux x64. */
const DOWNLOAD_MB = { toStart: 190, toTest: 280 }

/** Installs what package-lock.json names and node_modules lacks: with `withDev` all of it, else what `npm start` needs. */
export async function installMissing({ withDev }) {
  const wanted = packagesIn('package-lock.json')
  const installed = packagesIn('node_modules/.package-lock.json')
  const isOnDisk = (folder) => existsSync(path.join(PROJECT, folder, 'package.json'))
  // Whoever has the test tools keeps them when `npm start` installs something newer.
  const isAll = withDev || Object.values(installed).some(({ dev }) => dev)
  const missing = missingPackages(wanted, installed, { withDev: isAll, isOnDisk })
  if (missing.length === 0) return

  const isFirst = Object.keys(installed).length === 0
  // `npm ci` empties the folder, in which a server may be running: later on, only what is missing is added.
  const command = [isFirst ? 'npm ci' : 'npm install --no-save', isAll ? '--include=dev' : '--omit=dev']
  const options = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error']
  const exitCode = await progress(
    `Installing ${missing.length} packages, once: up to ${megabytes(isAll, isFirst)} MB to download`,
    () => run([...command, ...options].join(' ')),
  )
  if (exitCode !== 0) giveUp('The dependencies could not be installed: see what npm says above.')
}

function packagesIn(file) {
  const lockFile = path.join(PROJECT, file)
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {}
}

function megabytes(isAll, isFirst) {
  if (!isAll) return DOWNLOAD_MB.toStart
  return isFirst ? DOWNLOAD_MB.toTest : DOWNLOAD_MB.toTest - DOWNLOAD_MB.toStart
}

function run(command) {
  const npm = spawn(command, { cwd: PROJECT, stdio: 'inherit', shell: true }) // npm is a .cmd file on Windows
  return new Promise((resolve, reject) => {
    npm.once('error', reject)
    npm.once('close', resolve)
  })
}
