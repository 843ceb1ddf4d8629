import { PROVIDERS, type ProviderName, worldOf } from './worlds.ts'

/** In so many of a provider's lives something happens at least. */
export const RARE = 0.005

/** How often what happened, and how it was told: counts of lives by provider, kind of happening and type of event. */
export class Coverage {
  readonly lives = new Map<ProviderName, number>()
  readonly #cells = new Map<string, number>()

  /** All that happened in one life. */
  add(provider: ProviderName, told: readonly (readonly [kind: string, types: readonly string[]])[]): void {
    this.lives.set(provider, (this.lives.get(provider) ?? 0) + 1)
    const seen = told.flatMap(([kind, types]) => ['', ...types].map((type) => cell(provider, kind, type)))
    this.merge([...new Set(seen)].map((key) => [key, 1]))
  }

  merge(counts: Iterable<readonly [cell: string, lives: number]>): void {
    for (const [key, count] of counts) this.#cells.set(key, (this.#cells.get(key) ?? 0) + count)
  }

  cells(): readonly (readonly [cell: string, lives: number])[] {
    return [...this.#cells]
  }

  /** What a provider can tell and hardly ever did. */
  rare(): readonly string[] {
    return PROVIDERS.flatMap((provider) => {
      const lives = this.lives.get(provider) ?? 0
      if (lives === 0) return []
      const possible = possibleOf(provider).map((kind) => cell(provider, kind, ''))
      const known = new Set([...possible, ...this.#cells.keys()])
      return [...known].filter(
        (key) => key.startsWith(`${provider} | `) && (this.#cells.get(key) ?? 0) < RARE * lives,
      )
    })
  }

  /** What a provider can tell and never did. */
  missed(provider: ProviderName): readonly string[] {
    return possibleOf(provider).filter((kind) => !this.#cells.has(cell(provider, kind, '')))
  }

  /** A line for each kind of happening: in how many lives of a hundred, and by which events it was told. */
  table(): readonly string[] {
    return PROVIDERS.flatMap((provider) => {
      const lives = this.lives.get(provider) ?? 0
      if (lives === 0) return []
      const share = (key: string) => `${((100 * (this.#cells.get(key) ?? 0)) / lives).toFixed(1)} %`
      const lines = possibleOf(provider).map((kind) => {
        const prefix = cell(provider, kind, '')
        const types = [...this.#cells.keys()]
          .filter((key) => key.startsWith(prefix) && key !== prefix)
          .map((key) => `${key.slice(prefix.length)} ${share(key)}`)
        return `  ${share(prefix).padStart(7)}  ${kind.padEnd(44)} ${types.join(', ')}`
      })
      return [`${provider}: ${lives} lives`, ...lines]
    })
  }
}

function cell(provider: ProviderName, kind: string, type: string): string {
  return `${provider} | ${kind} | ${type}`
}

export function possibleOf(provider: ProviderName): readonly string[] {
  return worldOf(provider)(({ possible }) => possible)
}
