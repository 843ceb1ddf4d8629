import type { UserId } from '../values/ids.ts'

/** A share of all users. Who is in a share is in every larger one with its seed. */
export interface Share {
  /** From 0 to 100, with at most two decimals. */
  readonly percent: number
  readonly seed: string
}

/** So many parts all users are cut into, so that a percent may have two decimals. */
const PARTS = 10_000

/** Whether a user is in a share. Which part a user is in depends on the seed and the user's id alone. */
export function isInShare({ percent, seed }: Share, userId: UserId): boolean {
  return percent >= 100 || partOf(`${seed} ${userId}`) < Math.round(percent * (PARTS / 100))
}

/** FNV-1a over UTF-16 units, mixed like the end of MurmurHash3: near ids fall into parts far from one another. */
function partOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % PARTS
}
