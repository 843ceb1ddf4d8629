import { aCreation } from '../domain/samples.ts'
import { aRevocation, aSubmission, recordAt } from '../support/ledger.ts'
import { aUser } from '../support/user.ts'

/** What is recorded of one user: at each version, when it came to be and when what it grants ends. */
export class RecordedTruth {
  readonly userId = aUser()
  readonly #versions: { readonly at: number; readonly ends: ReadonlyMap<string, number> }[] = [
    { at: Date.now(), ends: new Map() },
  ]

  get newest(): number {
    return this.#versions.length - 1
  }

  /** When what is granted now ends, of all that has not. */
  get ends(): readonly [string, number][] {
    return [...(this.#versions.at(-1)?.ends ?? [])].filter(([, endsAt]) => endsAt > Date.now())
  }

  async grant(lastsMs: number | null): Promise<void> {
    const ref = `order-${this.newest + 1}`
    const endsAt = lastsMs === null ? null : Date.now() + lastsMs
    const source = { provider: 'api', account: '', ref, product: null }
    const ends = new Map([...(this.#versions.at(-1)?.ends ?? []), [ref, endsAt ?? Infinity]])
    this.#versions.push({ at: Date.now(), ends })
    await recordAt(this.userId, aSubmission(aCreation({ entitlementId: `ent_${ref}`, source, endsAt })))
  }

  async revoke(): Promise<void> {
    const [live] = this.ends
    if (live === undefined) return
    const ends = new Map(this.#versions.at(-1)?.ends)
    ends.delete(live[0])
    this.#versions.push({ at: Date.now(), ends })
    await recordAt(this.userId, aRevocation(live[0]))
  }

  isAllowedAt(version: number): boolean {
    return [...(this.#versions[version]?.ends.values() ?? [])].some((endsAt) => endsAt > Date.now())
  }

  /** How long ago a version was followed by another one; negative while it is the newest. */
  outdatedForMs(version: number): number {
    return version === this.newest ? -1 : Date.now() - (this.#versions[version + 1]?.at ?? 0)
  }
}
