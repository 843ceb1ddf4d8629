import type { Due } from '../../inbox/due-events.ts'

/** In every so manyth turn the event goes that has been due for longest: what comes later keeps none for ever. */
const OLDEST_EVERY = 4

/** How many turns a buyer has before another one has theirs: a link takes one, and what it has woken the next. */
const AT_ONCE = 3

/**
 * Who is next of those whose events are due. Whoever had the fewest turns so far goes first, three being one, so that however
 * many events one buyer has, another’s waits for three of them; then who is due since last, for somebody has just done something for
 * it, and waits. Of one wake the event goes first that came first.
 */
export class FairTurns {
  #turns = 0
  readonly #turnsOf = new Map<string, number>()

  /** The next of them, `null` when there is none. */
  next(due: readonly Due[]): Due | null {
    const isOldests = (this.#turns + 1) % OLDEST_EVERY === 0
    const next = firstBy(
      due,
      isOldests ? oldestFirst : (a, b) => this.#rounds(a) - this.#rounds(b) || newestFirst(a, b),
    )
    if (next === null) return null
    this.#turns += 1
    this.#turnsOf.set(next.turnOf, this.#had(next) + 1)
    return next
  }

  #rounds(due: Due): number {
    return Math.floor(this.#had(due) / AT_ONCE)
  }

  #had({ turnOf }: Due): number {
    return this.#turnsOf.get(turnOf) ?? 0
  }
}

function newestFirst(a: Due, b: Due): number {
  return b.dueAt - a.dueAt || inOrder(a, b)
}

function oldestFirst(a: Due, b: Due): number {
  return a.dueAt - b.dueAt || inOrder(a, b)
}

/** Ids are in the order of arrival. */
function inOrder(a: Due, b: Due): number {
  return a.id < b.id ? -1 : 1
}

function firstBy(due: readonly Due[], compare: (a: Due, b: Due) => number): Due | null {
  return due.reduce<Due | null>(
    (first, one) => (first === null || compare(one, first) < 0 ? one : first),
    null,
  )
}
