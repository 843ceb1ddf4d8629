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
const GrowthBook = fetchSdk()
/** As cheap as a flag gets, and one that is decided by who the user is, as a right is. */
const FLAGS = {
  'a flag that is on': { defaultValue: true },
  'a flag by a rule': { defaultValue: false, rules: [{ condition: { id: 'u_42' }, force: true }] },
}

const found = []
for (const [name, flag] of Object.entries(FLAGS)) {
  const flags = anSdkInMemory(flag)
  const isOn = (feature) => flags.isOn(feature)
  const remembered = (feature) => user.remembered(feature).allowed
  const checked = async (feature) => (await user.check(feature)).allowed
  const atOnce = await rounds({ [name]: isOn, 'remembered(feature)': remembered }, measured)
  // Both are awaited, as by a caller who does not know what is remembered.
  const awaited = await rounds({ [name]: isOn, 'await check(feature)': checked }, measuredAwaited)
  found.push(...compared(atOnce), ...compared(awaited))
}
for (const { name, ns, beside, ratio, between, goal } of found) {
  const range = between.map((one) => one.toFixed(2)).join(' to ')
  console.log(
    `${name}: ${ns.toFixed(0)} ns, ${ratio.toFixed(2)} times as fast as ${beside} (${range}), at least ${goal}`,
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

function fetchSdk() {
  const folder = path.join(tmpdir(), 'entitlement-ledger-bench-client')
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', SDK], { cwd: folder })
  return createRequire(path.join(folder, 'package.json'))('@growthbook/growthbook').GrowthBook
}

function anSdkInMemory(flag) {
  const features = Object.fromEntries(FEATURES.map((name) => [name, flag]))
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
    return { name, ns, beside: sdk, ratio: median(ratios), between: spread(ratios), goal: GOALS[name] }
  })
}
