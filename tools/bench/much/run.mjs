// What it costs to have much of one thing, as a ratio to having little: npm run bench:much [-- --only=words]
import path from 'node:path'
import { parseArgs } from 'node:util'
import { PROJECT, giveUp } from '../../../scripts/project.mjs'
import { bundled } from '../bundles.mjs'
import { freePort } from '../free-port.mjs'
import { drive } from '../load.mjs'
import { startServer } from '../servers.mjs'
import { median, spread } from '../statistics.mjs'
import { TOKEN_SETTINGS } from '../tokens.mjs'
import { COMPARISONS } from './comparisons.mjs'

const ROUNDS = 9
const SECONDS = 0.4
const CONFIG = 'wrangler.toml'

// As deployed, but for one thing: what is in memory stays there for the run, and is not looked up in KV between.
const SETTINGS = { ...TOKEN_SETTINGS, MEMORY_MAX_AGE_SECONDS: '600', CHECK_LOG_SAMPLE: '0' }

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })

try {
  const bundle = await bundled(path.join(PROJECT, 'dist/bench-much'), 'src/worker.ts', CONFIG)
  const server = await startServer({
    bundle,
    config: CONFIG,
    bindings: SETTINGS,
    sockets: { default: await freePort() },
  })
  for (const comparison of COMPARISONS.filter(({ name }) => name.includes(values.only))) {
    console.log(lineOf(comparison, await compared(server, comparison)))
  }
  await server.stop()
  process.exit(0)
} catch (error) {
  giveUp(error.stack)
}

/** Drives the side that has little and the one that has much in turn, each time beginning with the other. */
async function compared(server, { sides, connections = 16, expected }) {
  const port = server.sockets.default
  const driven = ({ next, ...at }, amount) => drive({ ...at, connections, amount, next, expected })
  // A side is of the ledger, or says of which server it is.
  const ofLedger = { port, cpuMs: server.cpuMs }
  const all = (await sides(port, server)).map((side) => (typeof side === 'function' ? { next: side } : side))
  const both = all.map((side) => ({ of: { ...ofLedger, ...side }, results: [] }))
  for (const side of both) {
    const { requestsPerSecond } = await driven(side.of, 4 * connections) // this one warms up
    side.amount = Math.max(connections, Math.ceil(requestsPerSecond * SECONDS))
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { of, amount, results } of round % 2 === 0 ? both.toReversed() : both) {
      results.push(await driven(of, amount))
    }
  }
  const [little, much] = both.map(({ results }) => results)
  return {
    little,
    much,
    ratios: much.map((one, round) => one.requestsPerSecond / little[round].requestsPerSecond),
  }
}

function lineOf({ name, goal }, { little, much, ratios }) {
  const [littleTold, muchTold] = [little, much].map((results) => {
    const of = (member) => median(results.map((one) => one[member]))
    return `${Math.round(of('requestsPerSecond'))}/s, ${of('cpuMs').toFixed(3)} ms CPU`
  })
  const [ratio, [least, most]] = [median(ratios), spread(ratios)]
  const told = `${ratio.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)}), goal ${goal}`
  return `${ratio >= goal ? 'ok   ' : 'SHORT'} ${name}: ${told}; little: ${littleTold}; much: ${muchTold}`
}
