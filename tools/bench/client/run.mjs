// A remembered answer beside that of an SDK for feature flags which holds its rules in memory, in one process: npm run bench:client.
// The SDK is no dependency of the project: it is fetched into a folder of the system's temporary files.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildPackage } from '../../package/build.mjs'
import { median, spread } from '../statistics.mjs'

const SDK = '@growthbook/growthbook@1.8.0'
const ROUNDS = 21
const ROUND_MS = 100
const FEATURES = Array.from({ length: 20 }, (_, n) => `feature-${n}`)
/** What a remembered answer has to be faster by than the SDK's: at once, and through the public call with its `await`. */
const GOALS = { 'remembered(feature)': 3, 'await check(feature)': 1.2 }

const { createLedger, createMemory } = await import(
  pathToFileURL(path.join(await buildPackage(), 'client.js')).href
)
const user = await aUserInMemory()
const flags = await anSdkInMemory()

const PATHS = {
  'SDK, isOn(feature)': (feature) => flags.isOn(feature),
  'remembered(feature)': (feature) => user.remembered(feature).allowed,
}
/** Each is awaited, as a caller does who does not know whether it is remembered. */
const AWAITED = {
  'SDK, isOn(feature)': PATHS['SDK, isOn(feature)'],
  'await check(feature)': async (feature) => (await user.check(feature)).allowed,
}

const found = [
  ...compared(await rounds(PATHS, measured)),
  ...compared(await rounds(AWAITED, measuredAwaited)),
]
for (const { name, ns, ratio, between, goal } of found) {
  console.log(
    `${name}: ${ns.toFixed(0)} ns; ${ratio.toFixed(2)} times as fast as the SDK (${between.map((one) => one.toFixed(2)).join(' to ')}), at least ${goal}`,
  )
}
process.exitCode = found.every(({ ratio, goal }) => ratio >= goal) ? 0 : 1

async function aUserInMemory() {
  const asOf = new Date().toISOString()
  const features = FEATURES.map((feature) => ({
    feature,
    allowed: true,
    reason: 'granted',
    entitlements: ['ent_1'],
    nextChangeAt: null,
    type: 'boolean',
  }))
  const body = { userId: 'u_42', features, version: 1, catalogVersion: 1, asOf, source: 'ledger' }
  const ledger = createLedger({
    url: 'https://ledger.example.com',
    token: 'a.b.c',
    fetch: async () => Response.json(body, { headers: { Date: new Date().toUTCString() } }),
    // Longer than the bench runs: what is measured is an answer from memory.
    memory: createMemory({ yesSeconds: 600 }),
  })
  const of = ledger.user('u_42')
  await of.check(FEATURES[0])
  return of
}

/** With a rule for each feature that the user passes, as a right is given: by who they are. */
async function anSdkInMemory() {
  const folder = path.join(tmpdir(), 'entitlement-ledger-bench-client')
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', SDK], { cwd: folder })
  const { GrowthBook } = createRequire(path.join(folder, 'package.json'))('@growthbook/growthbook')
  const rule = { condition: { id: 'u_42' }, force: true }
  const features = Object.fromEntries(FEATURES.map((name) => [name, { defaultValue: false, rules: [rule] }]))
  return new GrowthBook({ attributes: { id: 'u_42' }, features })
}

/** Nanoseconds of each in each round, one after the other within it. */
async function rounds(paths, measure) {
  const all = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    const one = {}
    for (const [name, ask] of Object.entries(paths)) one[name] = await measure(ask)
    // In the first the code is still being compiled.
    if (round > 0) all.push(one)
  }
  return all
}

function measured(ask) {
  let asked = 0
  const from = performance.now()
  for (; performance.now() - from < ROUND_MS; asked += 1000) {
    for (let n = 0; n < 1000; n += 1) if (!ask(FEATURES[n % FEATURES.length])) throw new Error('A no')
  }
  return ((performance.now() - from) * 1e6) / asked
}

async function measuredAwaited(ask) {
  let asked = 0
  const from = performance.now()
  for (; performance.now() - from < ROUND_MS; asked += 1000) {
    for (let n = 0; n < 1000; n += 1) if (!(await ask(FEATURES[n % FEATURES.length]))) throw new Error('A no')
  }
  return ((performance.now() - from) * 1e6) / asked
}

function compared(all) {
  const [sdk, ...others] = Object.keys(all[0])
  return others.map((name) => {
    const ratios = all.map((round) => round[sdk] / round[name])
    const ns = median(all.map((round) => round[name]))
    return { name, ns, ratio: median(ratios), between: spread(ratios), goal: GOALS[name] }
  })
}
