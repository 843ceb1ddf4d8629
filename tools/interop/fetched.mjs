import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

export const FOLDER = path.join(tmpdir(), 'entitlement-ledger-interop')

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

/** A program of Go that is built with these modules, by its path. */
export async function fetchGo(name, program, modules) {
  const folder = path.join(FOLDER, name)
  mkdirSync(folder, { recursive: true })
  copyFileSync(program, path.join(folder, 'main.go'))
  writeFileSync(path.join(folder, 'go.mod'), `module ${name}\n\ngo 1.25.0\n`)
  const go = (...args) => run('go', args, { cwd: folder })
  await go('get', ...modules)
  await go('mod', 'tidy')
  await go('build', '-o', 'program')
  return path.join(folder, 'program')
}
