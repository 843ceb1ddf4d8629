// Lints the OpenAPI document as others do, and generates clients from it that compile and work with a running server. None of what it
// needs is a dependency of the project: it is fetched into a folder of the system's temporary files, and what cannot be fetched is said
// and counts as not shown.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PROJECT } from '../../scripts/project.mjs'
import { openApiDocument } from '../../src/contract/operations/openapi.ts'
import { startFreshLedger } from '../fresh-ledger.mjs'

const FOLDER = path.join(tmpdir(), 'entitlement-ledger-clients')
const NPM = [
  '@redocly/cli@2.77.0',
  '@stoplight/spectral-cli@6.16.3',
  'openapi-typescript@7.13.0',
  'openapi-fetch@0.17.0',
  'typescript@5.9.3',
  '@types/node@24.10.1',
]
const PYTHON = 'openapi-python-client==0.29.1'
const GO = 'github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2'

mkdirSync(path.join(FOLDER, 'go/program'), { recursive: true })
writeFileSync(path.join(FOLDER, 'openapi.json'), JSON.stringify(openApiDocument()))
writeFileSync(path.join(FOLDER, 'spectral.yaml'), 'extends: ["spectral:oas"]\n')
writeFileSync(path.join(FOLDER, 'package.json'), '{ "private": true, "type": "module" }\n')

for (const [from, to] of [
  ['program.ts', 'program.ts'],
  ['program.py', 'program.py'],
  ['program.go', 'go/program/main.go'],
]) {
  copyFileSync(path.join(PROJECT, 'tools/clients', from), path.join(FOLDER, to))
}

const server = await startFreshLedger()
const env = {
  ...process.env,
  REDOCLY_TELEMETRY: 'off',
  GOBIN: path.join(FOLDER, 'bin'),
  LEDGER_URL: server.url,
  LEDGER_TOKEN: server.token,
}

function run(command, ...args) {
  return execFileSync(command, args, { cwd: FOLDER, env, encoding: 'utf8', stdio: 'pipe' })
}

const bin = (name) => path.join(FOLDER, 'node_modules/.bin', name)

const STEPS = {
  linters: () => {
    run('npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', ...NPM)
    run(bin('redocly'), 'lint', '--extends=recommended', 'openapi.json')
    run(bin('spectral'), 'lint', '-r', 'spectral.yaml', '--fail-severity=hint', 'openapi.json')
  },
  TypeScript: () => {
    run(bin('openapi-typescript'), 'openapi.json', '-o', 'ledger.d.ts')
    const kind = ['--target', 'es2022', '--module', 'nodenext', '--allowImportingTsExtensions']
    run(bin('tsc'), '--strict', '--noEmit', ...kind, '--types', 'node', 'program.ts')
    run(process.execPath, 'program.ts')
  },
  Python: () => {
    run('python3', '-m', 'venv', 'python')
    run('python/bin/pip', 'install', '--quiet', PYTHON)
    const where = ['--output-path', 'ledger', '--meta', 'none', '--overwrite']
    const said = run('python/bin/openapi-python-client', 'generate', '--path', 'openapi.json', ...where)
    if (said.includes('Unable to')) throw new Error(said)
    run('python/bin/python', '-m', 'compileall', '-q', 'ledger')
    run('python/bin/python', 'program.py')
  },
  Go: () => {
    run('go', 'install', GO)
    run(
      'bin/oapi-codegen',
      '-generate',
      'types,client',
      '-package',
      'ledger',
      '-o',
      'go/ledger.go',
      'openapi.json',
    )
    writeFileSync(path.join(FOLDER, 'go/go.mod'), 'module ledger\n\ngo 1.24\n')
    run('go', '-C', 'go', 'mod', 'tidy')
    run('go', '-C', 'go', 'build', '-o', '../bin/', './...')
    run('bin/program')
  },
}

for (const [name, step] of Object.entries(STEPS)) {
  try {
    step()
    console.log(`${name}: clean`)
  } catch (error) {
    process.exitCode = 1
    console.error(`${name}: not shown. ${error.stdout ?? ''}${error.stderr ?? ''}${error.message}`)
  }
}
await server.stop()
