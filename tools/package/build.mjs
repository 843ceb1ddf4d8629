import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import prettier from 'prettier'
import { PROJECT } from '../../scripts/project.mjs'
import { bundle } from './bundle.mjs'
import { ENTRIES } from './entries.mjs'
import { NAMES, wireTypes } from './wire-types.mjs'

const OUT = path.join(PROJECT, 'dist/package')
const TYPES = path.join(PROJECT, 'dist/types')
const TSC = path.join(PROJECT, 'node_modules/typescript/bin/tsc')

/** Makes the package `entitlement-ledger` out of `src/client`. Returns where it lies. */
export async function buildPackage() {
  for (const folder of [OUT, TYPES]) rmSync(folder, { recursive: true, force: true })
  mkdirSync(path.join(OUT, 'types'), { recursive: true })
  for (const [name, text] of await bundle()) writeFileSync(path.join(OUT, name), text)
  await writeTypes()
  writeFileSync(path.join(OUT, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`)
  cpSync(path.join(PROJECT, 'LICENSE'), path.join(OUT, 'LICENSE'))
  writeFileSync(path.join(OUT, 'README.md'), pageAlone('docs/guides/client.md'))
  return OUT
}

/** A page of the documentation, without links to the others. */
function pageAlone(page) {
  return readFileSync(path.join(PROJECT, page), 'utf8').replaceAll(/\[([^\]]+)\]\((?!https:)[^)]*\)/g, '$1')
}

/** As the compiler declares them, but for those of the contract. */
async function writeTypes() {
  tsc('-p', 'tools/package/tsconfig.json')
  for (const file of globSync('client/**/*.d.ts', { cwd: TYPES })) {
    const text = readFileSync(path.join(TYPES, file), 'utf8')
    const place = path.join(OUT, 'types', path.relative('client', file))
    mkdirSync(path.dirname(place), { recursive: true })
    writeFileSync(
      place,
      text.replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'").replaceAll(/(from "\.[^"]*)\.ts"/g, '$1.js"'),
    )
  }
  const text = await prettier.format(wireTypes(), { parser: 'typescript', printWidth: 110, semi: true })
  writeFileSync(path.join(OUT, 'types/wire.d.ts'), text)
  expectTheSame()
  const foreign = globSync('**/*.d.ts', { cwd: OUT }).filter((file) =>
    /from ['"](?!\.\.?\/(?!.*contract))(?!react|hono|@openfeature\/core)/.test(
      readFileSync(path.join(OUT, file), 'utf8'),
    ),
  )
  if (foreign.length > 0) throw new Error(`Types of others are needed by ${foreign.join(', ')}`)
}

/** The compiler says whether the types are those that the client is written with, each way. */
function expectTheSame() {
  const lines = NAMES.map(
    (name) => `same<made.${name}, written.${name}>(true)\nsame<written.${name}, made.${name}>(true)`,
  )
  const file = path.join(TYPES, 'same.ts')
  writeFileSync(
    file,
    `import type * as made from '../package/types/wire.d.ts'
import type * as written from '../../src/client/wire.ts'
declare function same<From, To>(isSo: From extends To ? true : false): void
${lines.join('\n')}
`,
  )
  writeFileSync(
    path.join(TYPES, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', include: ['same.ts'] }),
  )
  tsc('-p', 'dist/types/tsconfig.json')
}

function tsc(...args) {
  try {
    execFileSync(process.execPath, [TSC, ...args], { cwd: PROJECT, encoding: 'utf8' })
  } catch (error) {
    throw new Error(error.stdout, { cause: error })
  }
}

/** The Worker's own manifest stays private. */
function manifest() {
  const { name, version, license, engines } = JSON.parse(
    readFileSync(path.join(PROJECT, 'package.json'), 'utf8'),
  )
  const peers = Object.assign({}, ...Object.values(ENTRIES).map((entry) => entry.peers))
  const optional = Object.fromEntries(Object.keys(peers).map((peer) => [peer, { optional: true }]))
  return {
    name,
    version,
    description:
      'Asks an Entitlement Ledger what a user may do, over HTTP or a service binding, and remembers it.',
    license,
    type: 'module',
    sideEffects: false,
    engines,
    exports: Object.fromEntries([
      ...Object.entries(ENTRIES).map(([entry, { file }]) => [
        `./${entry}`,
        { types: `./types/${file.replace(/\.tsx?$/, '.d.ts')}`, default: `./${entry}.js` },
      ]),
      ['./package.json', './package.json'],
    ]),
    ...(Object.keys(peers).length === 0 ? {} : { peerDependencies: peers, peerDependenciesMeta: optional }),
  }
}
