import type { Seq } from './ids.ts'

/**
 * What a change rests on: the version of what it changes, 0 where there is none; `any` where there only has to be one; `null`
 * where it rests on nothing.
 */
export type Condition = Seq | 'any' | null

/** Thrown where a change rests on another version than the one of now. */
export class VersionDiffers extends Error {
  override readonly name = 'VersionDiffers'
  readonly version: Seq

  constructor(version: Seq) {
    super(`It is at version ${version}`)
    this.version = version
  }
}

/** Throws `VersionDiffers` unless what was found is what the change rests on. */
export function need(condition: Condition, found: { readonly version: Seq } | null): void {
  const version = found?.version ?? 0
  const isMet = condition === 'any' ? found !== null : condition === null || condition === version
  if (!isMet) throw new VersionDiffers(version)
}
