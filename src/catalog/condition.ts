import { type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Seq } from '../domain/values/ids.ts'
import { d1Failure } from '../platform/d1-failure.ts'
import { guards } from '../schema/user-tables.ts'

/**
 * What a change of the catalog rests on: the version of what it changes, 0 where there is none; `any` where there only has to
 * be one; `null` where it rests on nothing.
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

/** Aborts its batch where another version than the one that was looked at is there by now. Nothing of the catalog ever goes away. */
export function unlessChanged(d1: D1Database, condition: Condition, version: SQL) {
  const wanted = typeof condition === 'number' ? condition : null
  return drizzle(d1)
    .insert(guards)
    .select(sql`SELECT 0 WHERE ${wanted} <> coalesce(${version}, 0)`)
}

/** What the statements of a batch answer; `null` where it was aborted because somebody else was first. */
export async function unlessLost<T>(batch: Promise<T>): Promise<T | null> {
  try {
    return await batch
  } catch (error) {
    if (d1Failure(error) !== 'lost') throw error
    return null
  }
}
