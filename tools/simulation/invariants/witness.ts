import { env } from 'cloudflare:workers'
import type { Entry } from '../../../src/domain/user/entry.ts'
import { orderedText } from '../../../src/domain/values/json.ts'
import { accessAt } from '../../../src/domain/user/access-of-state.ts'
import { fold } from '../../../src/domain/user/fold.ts'
import { balanceOf } from '../../../src/domain/usage/lot.ts'
import { lotIn } from '../../../src/domain/user/user-lots.ts'
import { type UserState, emptyState } from '../../../src/domain/user/user-state.ts'
import { bytesToEntry } from '../../../src/ledger/store/entry-bytes.ts'
import { verify } from '../../../src/ledger/store/proof/verify.ts'
import { promise } from '../violation.ts'

/** Looks into D1 past all code under test, whenever something was written, and remembers every version. */
export class Witness {
  readonly userId: string
  readonly entries: Entry[] = []
  /** By version. */
  readonly states: UserState[]
  /** When each version came to be, by the clock of the world; of version 0 nobody knows. */
  readonly recordedBy: number[] = [-Infinity]
  readonly #resolved = new Set<number>()
  readonly #endOf = new Map<number, number>()

  constructor(userId: string) {
    this.userId = userId
    this.states = [emptyState(userId)]
  }

  get version(): number {
    return this.entries.length
  }

  /** How many entries a command led to. */
  countOf(commandId: string): number {
    return this.entries.filter((entry) => entry.commandId === commandId).length
  }

  async look(now: number): Promise<void> {
    const { results } = await env.DB.prepare(
      'SELECT bytes FROM entries WHERE user_id = ? AND seq > ? ORDER BY seq',
    )
      .bind(this.userId, this.version)
      .all<{ bytes: string }>()
    const entries = results.map(({ bytes }) => bytesToEntry(bytes).entry)
    for (const [index, entry] of entries.entries()) {
      const { seq, commandId } = entry
      promise(seq === this.version + 1, () => `Entry ${seq} follows entry ${this.version} of ${this.userId}`)
      const state = this.#take(entry, now)
      // What comes over from another user comes in several entries of one command.
      if (entries[index + 1]?.commandId !== commandId) this.#conserved(state)
    }
    const verdict = await verify(env.DB, this.userId)
    promise(verdict.intact, () => `The ledger of ${this.userId} is not intact: ${JSON.stringify(verdict)}`)
  }

  #take(entry: Entry, now: number): UserState {
    const before = this.states.at(-1) ?? emptyState(this.userId)
    promise(
      entry.recordedAt >= before.recordedAt,
      () => `Entry ${entry.seq} was recorded before the one before it`,
    )
    const state = fold(before, entry, null)
    this.#isNews(entry, before, state)
    this.entries.push(entry)
    this.states.push(state)
    this.recordedBy.push(now)
    this.#resolvedOnce(entry)
    this.#givenWhatIsThere(entry, state)
    return state
  }

  /** Of two keepers that follow the same change one does nothing: what it leads to changes what the user has. */
  #isNews({ seq, cause }: Entry, before: UserState, state: UserState): void {
    if (!cause.ref.startsWith('catalog:')) return
    const [had, has] = [before, state].map(({ entitlements }) => orderedText([...entitlements.values()]))
    promise(had !== has, () => `Entry ${seq} of ${this.userId} follows a change that it had followed`)
  }

  #resolvedOnce(entry: Entry): void {
    if (entry.type === 'usage_reserved') {
      // Until when a lease is renewed no entry says.
      this.#endOf.set(entry.seq, entry.data.hasHolder === true ? Infinity : entry.data.endsAt)
    }
    for (const reservation of resolvedBy(entry)) {
      promise(!this.#resolved.has(reservation), () => `Reservation ${reservation} was resolved twice`)
      const endsAt = this.#endOf.get(reservation) ?? 0
      promise(entry.recordedAt < endsAt, () => `Reservation ${reservation} was resolved after its end`)
      this.#resolved.add(reservation)
    }
  }

  /** Of what is held nothing is given beyond what there is. */
  #givenWhatIsThere({ seq, type, data }: Entry, state: UserState): void {
    const isTaken = type === 'usage_consumed' || type === 'usage_reserved'
    if (!isTaken || data.counted !== 'held') return
    const { balance } = accessAt(state, data.feature, state.recordedAt)
    promise(
      balance !== undefined && balance.remaining >= 0,
      () => `Entry ${seq} of ${this.userId} gives a seat that is not there: ${JSON.stringify(balance)}`,
    )
  }

  /** Nothing of what may not be owed is ever below zero. */
  #conserved(state: UserState): void {
    for (const entitlement of state.entitlements.values()) {
      const lot = lotIn(state, entitlement)
      if (lot === null) continue
      const { granted, used, reserved, remaining } = balanceOf(lot, state.recordedAt)
      promise(granted === used + reserved + remaining, () => `A balance of ${lot.id} does not add up`)
      promise(
        used >= 0 && reserved >= 0 && (remaining >= 0 || lot.allowance.overage === 'allow'),
        () =>
          `${lot.id} is below zero at version ${state.version}: ${JSON.stringify({ used, reserved, remaining })}`,
      )
    }
  }
}

function resolvedBy({ type, data }: Entry): readonly number[] {
  if (type === 'leases_lapsed') return data.leases.map(({ reservation }) => reservation)
  const isOfOne = type === 'reservation_committed' || type === 'reservation_released'
  return isOfOne ? [data.reservation] : []
}
