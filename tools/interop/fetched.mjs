import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

const FOLDER = path.join(tmpdir(), 'entitlement-ledger-interop')

/** What is run here must not keep the relay from answering it. */
export const run = promisify(execFile)

/** A folder of its own with these packages of npm, each at exactly that version. */
export async function fetchPackages(name, packages) {
  const folder = path.join(FOLDER, name)
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages]
  await run('npm', args, { cwd: folder, shell: process.platform === 'win32' })
  return folder
}

/** A Python with these packages of PyPI, by the path of its program. */
export async function fetchPython(name, packages) {
  const folder = path.join(FOLDER, name)
  await run('python3', ['-m', 'venv', folder])
  await run(path.join(folder, 'bin/pip'), ['install', '--quiet', ...packages])
  return path.join(folder, 'bin/python')
}
