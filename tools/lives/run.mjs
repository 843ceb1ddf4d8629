// npm run lives -- --count 100000 [--seed 1] [--provider stripe]: lives through so many lives of subscriptions, each told
// in the payloads of one provider; prints what was paid for and may not be used or the other way round, in the smallest
// lives that show it, and how often what happened. npm run lives -- --seed 97 --count 1 tells one of them again.
// Fails when a promise was broken, or when something that a provider can tell hardly ever happened.
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { Coverage } from './coverage.ts'
import { faultOf, liveMany } from './many.ts'
import { quickHashes } from './quick-hashes.ts'
import { PROVIDERS } from './worlds.ts'

/** In so many lives everything happens that can. */
const MANY = 20_000
/** So many at once, before it is said how far it is. */
const CHUNK = 250

const args = {
  count: { type: 'string', default: '6000' },
  seed: { type: 'string', default: '1' },
  provider: { type: 'string' },
}

await (process.send === undefined ? liveThroughAll() : liveThroughShard(JSON.parse(process.env.LIVES)))

async function liveThroughAll() {
  const { values } = parseArgs({ options: args })
  const [count, first] = [Number(values.count), Number(values.seed)]
  if (![count, first].every((number) => Number.isSafeInteger(number) && number >= 0))
    throw new Error('Counts and seeds are whole numbers')
  const provider = values.provider ?? null
  if (provider !== null && !PROVIDERS.includes(provider)) throw new Error(`One of ${PROVIDERS.join(', ')}`)
  const startedAt = Date.now()
  const coverage = new Coverage()
  const broken = []
  let [events, lives] = [0, 0]
  const shards = Math.min(Math.ceil(count / CHUNK), availableParallelism())
  await Promise.all(
    Array.from({ length: shards }, (_, shard) =>
      shardOf({ first, count, shard, shards, provider }, (part) => {
        coverage.merge(part.cells)
        for (const [told, some] of part.lives) {
          coverage.lives.set(told, (coverage.lives.get(told) ?? 0) + some)
          lives += some
        }
        for (const one of part.broken) tellBroken(one)
        broken.push(...part.broken)
        events += part.events
        if (lives % 1000 < CHUNK) process.stdout.write(`${lives} of ${count} lives\n`)
      }),
    ),
  )
  tellAll({ coverage, broken, events, lives, count, ms: Date.now() - startedAt })
}

/** Each process has a core of its own. */
function shardOf(shard, take) {
  return new Promise((resolve, reject) => {
    const child = fork(new URL(import.meta.url), [], {
      env: { ...process.env, LIVES: JSON.stringify(shard) },
    })
    child.on('message', take)
    child.on('error', reject)
    child.on('exit', resolve)
  })
}

async function liveThroughShard({ first, count, shard, shards, provider }) {
  quickHashes()
  for (let from = shard * CHUNK; from < count; from += shards * CHUNK) {
    const seeds = Array.from({ length: Math.min(CHUNK, count - from) }, (_, index) => first + from + index)
    const { coverage, broken, events } = await liveMany(seeds, provider, 'all')
    process.send({ cells: coverage.cells(), lives: [...coverage.lives], broken, events })
  }
  process.disconnect()
}

function tellBroken({ provider, seed, story }) {
  if (story.length === 0) return
  process.stdout.write(
    `\n${story.join('\n')}\n  npm run lives -- --provider ${provider} --seed ${seed} --count 1\n`,
  )
}

function tellAll({ coverage, broken, events, lives, count, ms }) {
  process.stdout.write(`\n${coverage.table().join('\n')}\n`)
  const faults = Map.groupBy(broken, ({ provider, violation }) => faultOf(provider, violation))
  if (faults.size > 0) process.stdout.write('\nwhat was broken\n')
  for (const [fault, some] of [...faults].toSorted(([, a], [, b]) => b.length - a.length))
    process.stdout.write(`${String(some.length).padStart(8)}  ${fault}\n`)
  const rare = coverage.rare()
  process.stdout.write(`\nlives       ${lives}\nevents      ${events}\nviolations  ${broken.length}\n`)
  for (const [provider, some] of coverage.lives) {
    const bad = broken.filter((one) => one.provider === provider).length
    process.stdout.write(`  ${String(bad).padStart(8)} of ${some} ${provider}\n`)
  }
  process.stdout.write(`${(lives / (ms / 1000)).toFixed(0)} lives a second\n`)
  if (lives < count) process.stdout.write(`${count - lives} lives were not lived through\n`)
  if (count >= MANY && rare.length > 0)
    process.stdout.write(`hardly ever happened:\n  ${rare.join('\n  ')}\n`)
  if (broken.length > 0 || lives < count || (count >= MANY && rare.length > 0)) process.exitCode = 1
}
