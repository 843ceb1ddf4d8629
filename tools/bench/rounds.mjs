import { drive } from './load.mjs'
import { median, spread } from './statistics.mjs'

export const CONNECTIONS = [1, 16, 64]

/** At so many a path is judged, unless it says otherwise. */
export const JUDGED_AT = [16]

/** So long that what is asked most is compiled by then: the first path is asked of processes that have just started. */
const WARM_UP_SECONDS = 1

/** How many users are asked for while it is not known how many a turn comes to. */
const USERS_AT_FIRST = 100

/**
 * Drives a path and its limit in turn, round by round, each time beginning with the other. Answers, by number of
 * connections, the medians of both sides, and the ratio of the two in each round with its median and spread.
 */
export async function measure(path, { rounds, seconds, onTurn }) {
  const sides = (await path.sides()).map((side) => ({ ...side, turns: new Map() }))
  const { expected, drive: driven = drive } = path

  for (const connections of CONNECTIONS) {
    for (const { turns, ...side } of sides) {
      onTurn(`warming up at ${connections}`)
      const next = side.requests(USERS_AT_FIRST)
      const { requestsPerSecond } = await driven({
        ...side,
        connections,
        seconds: WARM_UP_SECONDS,
        next,
        expected,
      })
      const amount = Math.max(connections, Math.ceil(requestsPerSecond * seconds))
      turns.set(connections, { amount, next: side.requests(amount), results: [] })
    }
  }
  // The first round is not counted: in it each turn meets its users for the first time, and leaves them warm.
  for (let round = 0; round <= rounds; round += 1) {
    for (const connections of CONNECTIONS) {
      for (const { turns, ...side } of round % 2 === 0 ? sides.toReversed() : sides) {
        onTurn(`round ${round} of ${rounds} at ${connections}`)
        const { amount, next, results } = turns.get(connections)
        const result = await driven({ ...side, connections, amount, next, expected })
        if (round > 0) results.push(result)
      }
    }
  }
  const at = CONNECTIONS.map((connections) => comparison(connections, sides))
  return judged({ ...path, judgedAt: path.judgedAt ?? JUDGED_AT, at })
}

/** A path with whether its goal is reached. */
export function judged(path) {
  const { at, judgedAt, goal } = path
  // The one that comes out worst stands for all of them.
  const [worst] = at
    .filter(({ connections }) => judgedAt.includes(connections))
    .toSorted((one, other) => one.ratio - other.ratio)
  return { ...path, judged: worst, isReached: goal === null || worst.ratio >= goal }
}

function comparison(connections, sides) {
  const [ours, limits] = sides.map(({ turns, counts = 1 }) =>
    turns.get(connections).results.map((result) => ({
      ...result,
      perSecond: counts * result.requestsPerSecond,
      cpuMs: result.cpuMs / counts,
    })),
  )
  // The two of one round were driven one right after the other: what else the machine did concerns both.
  const byRate = ours.map(({ perSecond }, round) => perSecond / limits[round].perSecond)
  const byCpu = ours.map(({ cpuMs }, round) => limits[round].cpuMs / cpuMs)
  // Where the system tells of no CPU time, the rates are all that there is.
  const ratios = byCpu.some(Number.isNaN) ? byRate : byCpu
  return {
    connections,
    ours: medians(ours),
    limit: medians(limits),
    ratio: median(ratios),
    ratioSpread: spread(ratios),
    rateRatio: median(byRate),
  }
}

function medians(results) {
  const of = (name) => median(results.map((result) => result[name]))
  return { perSecond: of('perSecond'), p50: of('p50'), p99: of('p99'), cpuMs: of('cpuMs') }
}
