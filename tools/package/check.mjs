// Tries the package as those find it who install it: npm run package:check. What it needs is no dependency of the project: it is
// fetched into a folder of the system's temporary files, and what cannot be fetched is said and counts as not shown.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PROJECT } from '../../scripts/project.mjs'
import { buildPackage } from './build.mjs'
import { askLedger } from './live.mjs'

const FOLDER = path.join(tmpdir(), 'entitlement-ledger-package')
const TOOLS = ['publint@0.3.25', '@arethetypeswrong/cli@0.18.5']
/** The oldest that is meant to work, and the newest. */
const COMPILERS = ['typescript@5.4.5', 'typescript@7.0.2']

/** What its pieces are for. */
const BESIDE = [
  'hono@4.13.19',
  'jose@5.10.0',
  '@openfeature/server-sdk@1.23.0',
  '@openfeature/core@1.12.0',
  '@types/node@24',
]

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

/** What goes with the pieces for React and Hono: the oldest that is meant to work, and the newest. */
const PEERS = [
  ['typescript@5.4.5', 'react@18.3.1', '@types/react@18.3.32', 'hono@4.0.10'],
  ['typescript@7.0.2', 'react@19.3.1', '@types/react@19.3.3', 'hono@4.13.19'],
]

/** What the examples of the pages take for granted. */
const PRELUDE = `type Client = typeof import('entitlement-ledger/client')
declare const createLedger: Client['createLedger']
declare const createMemory: Client['createMemory']
declare const LedgerError: Client['LedgerError']
declare const ledger: ReturnType<Client['createLedger']>
declare const user: ReturnType<typeof ledger.user>
declare const env: { readonly ENTITLEMENTS: object }
declare const url: string
declare const token: string
`

mkdirSync(path.join(FOLDER, 'tools'), { recursive: true })
const folder = await buildPackage()
const packed = run(folder, 'npm', 'pack', '--silent', '--pack-destination', FOLDER).trim()
const tarball = path.join(FOLDER, packed)

await step('publint and attw', () => {
  const tools = path.join(FOLDER, 'tools')
  writeFileSync(path.join(tools, 'package.json'), '{ "private": true }\n')
  install(tools, ...TOOLS)
  run(tools, 'node_modules/.bin/publint', tarball, '--strict')
  // There is no CommonJS, and who resolves as Node 10 did finds no `exports`.
  run(tools, 'node_modules/.bin/attw', tarball, '--profile', 'esm-only')
})

for (const compiler of COMPILERS) {
  await step(`consumers with ${compiler} and nothing else`, () => {
    const consumer = aConsumer(compiler.replace('@', '-'), compiler)
    cpSync(path.join(PROJECT, 'tools/package/consumer.ts'), path.join(consumer, 'consumer.ts'))
    const examples = writeExamples(consumer, 'README.md', 'docs/guides/client.md')
    for (const name of Object.keys(PROJECTS)) {
      compile(consumer, name, ['consumer.ts', ...examples])
      run(consumer, process.execPath, `${name}/consumer.js`)
    }
  })
}

for (const peers of PEERS) {
  await step(`a page and an app with ${peers.join(', ')}`, () => {
    const consumer = aConsumer(peers[1].replace('@', '-'), ...peers)
    cpSync(path.join(PROJECT, 'tools/package/page.tsx'), path.join(consumer, 'page.tsx'))
    for (const name of Object.keys(PROJECTS)) compile(consumer, name, ['page.tsx'], { jsx: 'react-jsx' })
  })
}

await step('programs with what stands beside the package', () => {
  const consumer = aConsumer('beside', COMPILERS.at(-1), ...BESIDE)
  cpSync(path.join(PROJECT, 'tools/package/consumer-beside.ts'), path.join(consumer, 'consumer.ts'))
  const pages = ['docs/guides/verifying-passports.md', 'docs/guides/openfeature.md']
  // The SDK wants types of Node, of whichever version.
  const more = { skipLibCheck: true, types: ['node'] }
  compile(consumer, 'NodeNext', ['consumer.ts', ...writeExamples(consumer, ...pages)], more)
  run(consumer, process.execPath, 'NodeNext/consumer.js')
})

await step('a ledger that runs', () => askLedger(folder))

async function step(name, work) {
  try {
    await work()
    console.log(`${name}: clean`)
  } catch (error) {
    process.exitCode = 1
    console.error(`${name}: not shown. ${error.stdout ?? ''}${error.stderr ?? ''}${error.message}`)
  }
}

/** A new folder of somebody who holds the package and what else is named. */
function aConsumer(name, ...packages) {
  const consumer = path.join(FOLDER, name)
  rmSync(consumer, { recursive: true, force: true })
  mkdirSync(consumer, { recursive: true })
  writeFileSync(path.join(consumer, 'package.json'), '{ "private": true, "type": "module" }\n')
  install(consumer, ...packages, tarball)
  return consumer
}

function compile(consumer, name, files, more = {}) {
  const compilerOptions = { ...PROJECTS[name], ...more, outDir: name }
  writeFileSync(path.join(consumer, `${name}.json`), JSON.stringify({ compilerOptions, files }))
  run(consumer, 'node_modules/.bin/tsc', '-p', `${name}.json`)
}

/** Every example of the pages as a program of its own. Returns their files. */
function writeExamples(consumer, ...pages) {
  const blocks = pages.flatMap((page) => [
    ...readFileSync(path.join(PROJECT, page), 'utf8').matchAll(/^```ts\n(.*?)^```/gms),
  ])
  const examples = blocks.map(([, text], index) => [`example-${index}.ts`, `${text}\nexport {}\n`])
  if (examples.length < 3) throw new Error('The pages have no examples')
  const files = [['prelude.d.ts', PRELUDE], ...examples]
  for (const [name, text] of files) writeFileSync(path.join(consumer, name), text)
  return files.map(([name]) => name)
}

function install(folder, ...packages) {
  run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages)
}

function run(cwd, command, ...args) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe' })
}
