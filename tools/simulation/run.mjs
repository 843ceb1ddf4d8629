// npm run simulate -- --seeds 2000 [--from 1]: lives through so many seeds; prints what went wrong in them and what was
// broken. npm run simulate -- --seed 97: lives through one again, and tells its story.
// Fails when a promise was broken, or when one of the faults never happened in many seeds.
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { startVitest } from 'vitest/node'

/** In so many seeds every fault happens. */
const MANY = 200

const args = { seeds: { type: 'string' }, seed: { type: 'string' }, from: { type: 'string', default: '1' } }

await (process.send === undefined ? simulate() : liveThrough(JSON.parse(process.env.SEEDS)))

async function simulate() {
  const { values } = parseArgs({ options: args })
  const first = Number(values.seed ?? values.from)
  const count = values.seed === undefined ? Number(values.seeds ?? 100) : 1
  if (![first, count].every(Number.isSafeInteger)) throw new Error('Seeds are whole numbers')
  const shards = Math.min(count, availableParallelism())
  const lived = []
  const startedAt = Date.now()
  await Promise.all(
    Array.from({ length: shards }, (_, shard) => {
      const seeds = Array.from({ length: count }, (_one, index) => first + index)
      return shardOf(
        seeds.filter((_seed, index) => index % shards === shard),
        (one) => {
          lived.push(one)
          tellOne(one, lived.length, count, Date.now() - startedAt)
        },
      )
    }),
  )
  tellAll(lived, count, Date.now() - startedAt)
}

/** Each process has a workerd, and so a core, of its own. */
function shardOf(seeds, take) {
  return new Promise((resolve, reject) => {
    const child = fork(new URL(import.meta.url), [], {
      env: { ...process.env, SEEDS: JSON.stringify(seeds) },
    })
    child.on('message', take)
    child.on('error', reject)
    child.on('exit', resolve)
  })
}

async function liveThrough(seeds) {
  const reporter = {
    onInit: (vitest) => vitest.provide('seeds', seeds),
    onUserConsoleLog: ({ content }) => {
      for (const line of content.split('\n')) if (line.startsWith('{"seed"')) process.send(JSON.parse(line))
    },
  }
  const options = { watch: false, project: ['worker'], silent: false, reporters: [reporter] }
  const vitest = await startVitest('test', ['test/tools/simulation/simulation.test.ts'], options)
  await vitest.close()
}

function tellOne({ seed, broken, story = [] }, done, count, ms) {
  for (const line of story) process.stdout.write(`${line}\n`)
  if (broken !== null) {
    process.stdout.write(`\nseed ${seed} broke a promise: ${broken}\n  npm run simulate -- --seed ${seed}\n`)
  }
  if (done % 50 === 0)
    process.stdout.write(`${done} of ${count} seeds, ${(done / (ms / 1000)).toFixed(1)} a second\n`)
}

function tellAll(lived, count, ms) {
  const hits = new Map()
  for (const one of lived) {
    for (const [point, times] of Object.entries(one.hits)) hits.set(point, (hits.get(point) ?? 0) + times)
  }
  const points = [...new Set(lived.flatMap(({ points = [] }) => points))]
  const missed = points.filter((point) => !hits.has(point))
  const broken = lived.filter((one) => one.broken !== null)
  const operations = lived.reduce((sum, one) => sum + one.operations, 0)
  process.stdout.write(`\nseeds       ${lived.length}\noperations  ${operations}\nfaults\n`)
  for (const point of points)
    process.stdout.write(`  ${String(hits.get(point) ?? 0).padStart(8)}  ${point}\n`)
  process.stdout.write(`violations  ${broken.length}\n`)
  for (const { seed } of broken) process.stdout.write(`  npm run simulate -- --seed ${seed}\n`)
  process.stdout.write(`${(lived.length / (ms / 1000)).toFixed(1)} seeds a second\n`)
  if (lived.length < count) process.stdout.write(`${count - lived.length} seeds were not lived through\n`)
  if (count >= MANY && missed.length > 0) process.stdout.write(`never happened: ${missed.join(', ')}\n`)
  const isBad = broken.length > 0 || lived.length < count || (count >= MANY && missed.length > 0)
  if (isBad) process.exitCode = 1
}
