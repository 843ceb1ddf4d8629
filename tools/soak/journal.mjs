import { percentile } from '../bench/statistics.mjs'

/** What the clients were told: by this the ledger is measured afterwards. */
export class Journal {
  /** By Idempotency-Key: the user, the request, and what was answered to it at last. */
  writes = new Map()
  /** By the provider's id: the user, the kind of event, the object it is about and the ledger's id of it. */
  events = new Map()
  /** What must never happen, as sentences. */
  surprises = []
  /** Writes that were recorded although nobody was told: the server died in between. */
  recordedUntold = 0
  #versions = new Map()
  #heads = new Map()
  #latencies = new Map()
  #failures = new Map()
  #waiting = []

  /** The highest version that anybody was told of a user. */
  versionOf(userId) {
    return this.#versions.get(userId) ?? 0
  }

  /** The `Ledger-Head` of that version. */
  headOf(userId) {
    return this.#heads.get(userId)
  }

  answered(kind, ms) {
    const known = this.#latencies.get(kind)
    if (known === undefined) this.#latencies.set(kind, [ms])
    else known.push(ms)
  }

  failed(how) {
    this.#failures.set(how, (this.#failures.get(how) ?? 0) + 1)
  }

  wrote(key, write) {
    const { userId, answer } = write
    this.writes.set(key, write)
    for (const resolve of this.#waiting.splice(0)) resolve()
    if (answer.headers.has('idempotent-replayed')) this.recordedUntold += 1
    const head = answer.headers.get('ledger-head')
    const version = Number(head?.split(':')[0])
    if (version > this.versionOf(userId)) {
      this.#versions.set(userId, version)
      this.#heads.set(userId, head)
    }
  }

  /** The writes of a user that succeeded and are of that kind. */
  done(userId, kind) {
    return [...this.writes.values()].filter(
      (write) => write.userId === userId && write.kind === kind && write.answer.status < 300,
    )
  }

  /** Resolves when somebody is told of a write. */
  nextWrite() {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** How many requests were answered. */
  get answers() {
    return [...this.#latencies.values()].reduce((sum, { length }) => sum + length, 0)
  }

  /**
   * The load so far: for each kind of request how many were answered, with p50 and p99 in milliseconds; how often one
   * got no answer or was to be sent again, by how; and what was recorded of writes that nobody was told of.
   */
  held() {
    const answered = [...this.#latencies].map(([kind, latencies]) => ({
      kind,
      count: latencies.length,
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
    }))
    const failures = [...this.#failures].toSorted(([, a], [, b]) => b - a)
    const { recordedUntold } = this
    const all = [...this.writes.values()]
    const refused = all.filter(({ answer }) => answer.status >= 400).length
    return { answered, failures, recordedUntold, writes: all.length, refused, events: this.events.size }
  }
}
