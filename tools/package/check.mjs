// Tries the package as those find it who install it: npm run package:check. What it needs is no dependency of the project: it is
// fetched into a folder of the system's temporary files, and what cannot be fetched is said and counts as not shown.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PROJECT } from '../../scripts/project.mjs'
import { buildPackage } from './build.mjs'

const FOLDER = path.join(tmpdir(), 'entitlement-ledger-package')
const TOOLS = ['publint@0.3.25', '@arethetypeswrong/cli@0.18.5']
/** The oldest that is meant to work, and the newest. */
const COMPILERS = ['typescript@5.4.5', 'typescript@7.0.2']

const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
}
const PROJECTS = {
  NodeNext: { module: 'nodenext', moduleResolution: 'nodenext', target: 'es2022', ...STRICT },
  Bundler: { module: 'esnext', moduleResolution: 'bundler', target: 'es2022', ...STRICT },
}

mkdirSync(path.join(FOLDER, 'tools'), { recursive: true })
const packed = run(await buildPackage(), 'npm', 'pack', '--silent', '--pack-destination', FOLDER).trim()
const tarball = path.join(FOLDER, packed)

step('publint and attw', () => {
  const tools = path.join(FOLDER, 'tools')
  writeFileSync(path.join(tools, 'package.json'), '{ "private": true }\n')
  install(tools, ...TOOLS)
  run(tools, 'node_modules/.bin/publint', tarball, '--strict')
  // There is no CommonJS, and who resolves as Node 10 did finds no `exports`.
  run(tools, 'node_modules/.bin/attw', tarball, '--profile', 'esm-only')
})

for (const compiler of COMPILERS) {
  step(`consumers with ${compiler} and nothing else`, () => {
    const consumer = path.join(FOLDER, compiler.replace('@', '-'))
    rmSync(consumer, { recursive: true, force: true })
    mkdirSync(consumer, { recursive: true })
    writeFileSync(path.join(consumer, 'package.json'), '{ "private": true, "type": "module" }\n')
    install(consumer, compiler, tarball)
    cpSync(path.join(PROJECT, 'tools/package/consumer.ts'), path.join(consumer, 'consumer.ts'))
    for (const [name, compilerOptions] of Object.entries(PROJECTS)) {
      const config = { compilerOptions: { ...compilerOptions, outDir: name }, files: ['consumer.ts'] }
      writeFileSync(path.join(consumer, `${name}.json`), JSON.stringify(config))
      run(consumer, 'node_modules/.bin/tsc', '-p', `${name}.json`)
      run(consumer, process.execPath, `${name}/consumer.js`)
    }
  })
}

function step(name, work) {
  try {
    work()
    console.log(`${name}: clean`)
  } catch (error) {
    process.exitCode = 1
    console.error(`${name}: not shown. ${error.stdout ?? ''}${error.stderr ?? ''}${error.message}`)
  }
}

function install(folder, ...packages) {
  run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages)
}

function run(cwd, command, ...args) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe' })
}
