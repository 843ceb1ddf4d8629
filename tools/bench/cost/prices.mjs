// What Cloudflare asks on the Workers Paid plan beyond what is included, in US dollars, as listed in November 2026:
// https://developers.cloudflare.com/workers/platform/pricing/ and those of KV, D1 and Durable Objects.

export const LISTED = '2026-11'

/** For a million of each. */
const PER_MILLION = {
  requests: 0.3,
  kvReads: 0.5,
  kvWrites: 5,
  objectCalls: 0.15,
  rowsRead: 0.001,
  rowsWritten: 1,
  // Each is a row of the object's storage. Of taking one back the list says only that deletes count as rows written.
  alarmsSet: 1,
  alarmsTakenBack: 1,
}

/** For a million milliseconds of the Worker's CPU. */
const CPU = 0.02

/** For a million GB-seconds that objects are awake; each counts as 128 MB. */
const AWAKE = 12.5
const OBJECT_GB = 0.128

/** Assumed, for clocks stand still in the test runtime: the Worker's CPU for each kind of work, token included. */
const CPU_MS = { check: 0.5, 'hundred checks': 5, passport: 0.8, change: 1.5, webhook: 3 }

/** Assumed as well: how long an object is awake for a call, and for what it waits for. */
const AWAKE_MS = { objectCalls: 2, objectD1Calls: 28, kvWrites: 50 }

/** A million lines of the log until 30 November 2026; from then on for each GB, and its keeping for seven days. */
const LOG_LINES = 0.6
const LOG_GB = 0.25 + (0.1 * 7) / 30

/** What a line takes with what Cloudflare adds to it, roughly. */
const LOG_LINE_KB = 1.2

/** A GB of D1 for a month; of KV the same is 0.5. */
export const STORED_GB = 0.75

/** What lines a million of something writes: `lines` each. */
export const LOGGED = [
  { name: 'check, with the invocation logs that are off in `wrangler.toml`', lines: 1 },
  { name: 'check, as `CHECK_LOG_SAMPLE` has it at 0.01', lines: 0.01 },
  { name: 'change, over HTTP or RPC', lines: 1 },
  { name: 'webhook that is applied', lines: 1 },
]

/** What the lines of a million cost: by the line, and by the GB. */
export function dollarsOfLines(lines) {
  return { byLine: lines * LOG_LINES, byGb: lines * LOG_LINE_KB * LOG_GB }
}

/** What a million of an operation may cost. */
export const GOALS = [
  { name: 'check, answered by memory', over: 'http', max: 0.32 },
  { name: 'check, answered by memory', over: 'rpc', max: 0.02 },
  { name: 'grant, object that remembers', over: 'http', max: 14 },
  { name: 'grant, object that starts', over: 'http', max: 14 },
  { name: 'webhook, renewal', over: 'http', max: 20 },
]

/** What a million of an operation costs that counts so much. Over RPC, a call of another Worker is no request. */
export function dollarsOf(counts, work, over) {
  const billed = over === 'rpc' ? { ...counts, requests: 0 } : counts
  const calls = sum(PER_MILLION, billed)
  const awakeSeconds = sum(AWAKE_MS, billed) / 1000
  return calls + CPU_MS[work] * CPU + awakeSeconds * OBJECT_GB * AWAKE
}

function sum(factors, counts) {
  return Object.entries(factors).reduce((total, [kind, factor]) => total + factor * counts[kind], 0)
}
