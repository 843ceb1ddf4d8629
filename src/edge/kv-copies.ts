import type { Snapshot } from '../domain/user/snapshot.ts'
import type { UserId } from '../domain/values/ids.ts'
import { snapshotKey, storedToSnapshot } from '../ledger/stored-snapshot.ts'
import { Flights } from '../platform/flights.ts'
import { errorText, log } from '../platform/log.ts'

/** KV’s own cache in a data centre; it takes no less (https://developers.cloudflare.com/kv/api/read-key-value-pairs/). */
const READ = { type: 'json', cacheTtl: 30 } as const

/** So many keys KV reads at once (the same page). */
const KEYS_MAX = 100

interface KvCopiesDeps {
  readonly kv: KVNamespace
  readonly epoch: number
  readonly now: () => number
  readonly waitUntil: (work: Promise<unknown>) => void
}

/** The copies in KV. Who asks for a user while KV is asked for the same one shares the answer. */
export class KvCopies {
  readonly #deps: KvCopiesDeps
  readonly #flights: Flights<Snapshot | null>

  constructor(deps: KvCopiesDeps, timeoutMs: number) {
    this.#deps = deps
    this.#flights = new Flights({ ...deps, timeoutMs })
  }

  /** A KV that fails or hangs is a KV that has nothing. */
  async of(userId: UserId): Promise<Snapshot | null> {
    try {
      return await (this.#flights.joined(userId) ?? this.#flights.started(userId, this.#asked(userId)))
    } catch (error) {
      log('warn', 'kv_did_not_answer', { error: errorText(error) })
      return null
    }
  }

  /**
   * Asks for many users in one question, which whoever asks for one of them then joins. An invocation has six connections
   * (https://developers.cloudflare.com/workers/platform/limits/): of a hundred questions the last would wait for the others
   * until its time was over.
   */
  askForMany(userIds: readonly UserId[]): void {
    const { kv, epoch } = this.#deps
    const missing = userIds.filter((userId) => !this.#flights.has(userId))
    for (let from = 0; from < missing.length; from += KEYS_MAX) {
      const users = missing.slice(from, from + KEYS_MAX)
      const stored = kv.get(
        users.map((userId) => snapshotKey(epoch, userId)),
        READ,
      )
      for (const userId of users) {
        const found = stored.then((all) =>
          storedToSnapshot(all.get(snapshotKey(epoch, userId)), epoch, userId),
        )
        // Who joins it hears of an error.
        this.#flights.started(userId, found).catch(() => undefined)
      }
    }
  }

  async #asked(userId: UserId): Promise<Snapshot | null> {
    const { kv, epoch } = this.#deps
    return storedToSnapshot(await kv.get(snapshotKey(epoch, userId), READ), epoch, userId)
  }
}
