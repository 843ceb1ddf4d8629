import type { Due } from '../../inbox/due-events.ts'

/** Every fourth turn is of the event that has been due for longest: however many come later, each has a turn at last. */
const OLDEST_EVERY = 4

/** How many turns a buyer has before another one has theirs: a link takes one, and what it has woken the next. */
const AT_ONCE = 3

/**
 * Which of the events that are due is next: one of the buyer who had the fewest turns so far, three counting as one, so that
 * however many events one buyer has, another’s waits for three of them at most. Of these, the one that became due last, as
 * somebody has just done something for it and waits; of those that were woken together, the one that came first.
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
