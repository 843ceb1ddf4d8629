/**
 * Lets one piece of work run after another, in the order they ask.
 *
 * A Durable Object holds other calls back only while its own storage is busy. D1 is not its own storage, so
 * without turns two commands of one user would both read version 7 and both write version 8.
 */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work)
    this.#last = turn.catch(() => undefined)
    return turn
  }
}
