import autocannon from 'autocannon'
import { setTimeout as sleep } from 'node:timers/promises'
import { percentile } from './statistics.mjs'

/** How often autocannon looks whether it is done. The rate is not taken from its samples. */
const LOOK_MS = 10

/** How often it is looked whether the work after the answers is done. */
const POLL_MS = 25

/**
 * Drives a server once: `connections` that each send the next request when the last is answered, until `amount` are, or
 * for `seconds`. Answers the requests per second; and in milliseconds the p50 and p99 of the answers, and the CPU time
 * that one request took of the server.
 *
 * `next` makes a request, `expected` is a text that every answer holds, `isIdle` says whether the work after the answers
 * is done: it belongs to the time that is counted. `cpuMs` tells the CPU time of the server so far. Throws if any answer
 * is not as expected.
 */
export async function drive({ port, connections, amount, seconds, next, expected, cpuMs, isIdle = null }) {
  const latencies = []
  const cpuMsBefore = cpuMs()
  const startedAt = performance.now()
  let endedAt = startedAt
  const load = autocannon({
    url: `http://127.0.0.1:${port}`,
    connections,
    ...(amount === undefined ? { duration: seconds } : { amount }),
    sampleInt: LOOK_MS,
    requests: [{ setupRequest: (defaults) => ({ ...defaults, ...next() }) }],
    verifyBody: (body) => body.includes(expected),
  })
  load.on('response', (client, status, bytes, ms) => {
    latencies.push(ms)
    endedAt = performance.now()
  })
  const { non2xx, errors, timeouts, mismatches, statusCodeStats } = await load
  if (non2xx + errors + timeouts + mismatches > 0) {
    const what = JSON.stringify({ statusCodeStats, errors, timeouts, mismatches })
    throw new Error(`Not every answer was as expected ("${expected}"): ${what}`)
  }

  if (isIdle !== null) {
    while (!(await isIdle())) await sleep(POLL_MS)
    endedAt = performance.now()
  }
  return {
    requestsPerSecond: (latencies.length * 1000) / Math.max(1, endedAt - startedAt),
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    cpuMs: (cpuMs() - cpuMsBefore) / latencies.length,
  }
}
