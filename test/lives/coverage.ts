import { ABILITIES, TELLERS, type TellerName } from './abilities.ts'
import type { Burst } from './bursts.ts'
import type { Happening } from './life.ts'
import { kindOf, kindsOf } from './kinds.ts'

/** In so many of a provider's lives something happens at least. */
export const RARE = 0.005

/** How often what happened, and how it was told: counts of lives by provider, kind of happening and type of event. */
export class Coverage {
  readonly lives = new Map<TellerName, number>()
  readonly #cells = new Map<string, number>()

  /** All that happened in one life. */
  add(teller: TellerName, bursts: readonly Burst<Happening>[]): void {
    this.lives.set(teller, (this.lives.get(teller) ?? 0) + 1)
    const seen = new Set<string>()
    let newest = 0
    for (const { happening, told } of bursts.flatMap(({ steps }) => steps)) {
      if ('after' in happening) newest = happening.after.period.index
      const kind = kindOf(happening, newest)
      seen.add(cell(teller, kind, ''))
      for (const { type } of told) seen.add(cell(teller, kind, type))
    }
    this.merge([...seen].map((key) => [key, 1]))
  }

  merge(counts: Iterable<readonly [cell: string, lives: number]>): void {
    for (const [key, count] of counts) this.#cells.set(key, (this.#cells.get(key) ?? 0) + count)
  }

  cells(): readonly (readonly [cell: string, lives: number])[] {
    return [...this.#cells]
  }

  /** What a provider can tell and hardly ever did. */
  rare(): readonly string[] {
    return TELLERS.flatMap((teller) => {
      const lives = this.lives.get(teller) ?? 0
      if (lives === 0) return []
      const possible = kindsOf(ABILITIES[teller]).map((kind) => cell(teller, kind, ''))
      const known = new Set([...possible, ...this.#cells.keys()])
      return [...known].filter(
        (key) => key.startsWith(`${teller} | `) && (this.#cells.get(key) ?? 0) < RARE * lives,
      )
    })
  }

  /** A line for each kind of happening: in how many lives of a hundred, and by which events it was told. */
  table(): readonly string[] {
    return TELLERS.flatMap((teller) => {
      const lives = this.lives.get(teller) ?? 0
      if (lives === 0) return []
      const share = (key: string) => `${((100 * (this.#cells.get(key) ?? 0)) / lives).toFixed(1)} %`
      const lines = kindsOf(ABILITIES[teller]).map((kind) => {
        const prefix = cell(teller, kind, '')
        const types = [...this.#cells.keys()]
          .filter((key) => key.startsWith(prefix) && key !== prefix)
          .map((key) => `${key.slice(prefix.length)} ${share(key)}`)
        return `  ${share(prefix).padStart(7)}  ${kind.padEnd(44)} ${types.join(', ')}`
      })
      return [`${teller}: ${lives} lives`, ...lines]
    })
  }
}

function cell(teller: TellerName, kind: string, type: string): string {
  return `${teller} | ${kind} | ${type}`
}
