import * as z from 'zod'
import { userId } from '../user-id.ts'

/** How many users one question may name. */
const USERS_NAMED_MAX = 5

/** Several users in order: the first who may, or has enough, is the one. */
export const anyOf = z
  .array(userId)
  .min(1)
  .max(USERS_NAMED_MAX)
  .check(namesEachOnce)
  .meta({ description: 'Up to five users in order, each once', uniqueItems: true })

function namesEachOnce({ value, issues }: z.core.ParsePayload<string[]>): void {
  for (const [place, id] of value.entries()) {
    if (value.indexOf(id) === place) continue
    issues.push({ code: 'custom', input: id, path: [place], message: 'is named before' })
  }
}

const OF_ONE_USER = 'is about one user: leave it out where anyOf names several'

function refuseVersion(input: unknown, issues: z.core.$ZodRawIssue[]): void {
  issues.push({ code: 'custom', input, path: ['minVersion'], message: OF_ONE_USER })
}

/** What is asked of several users, without a version, which would be one user's: that is refused in its place. */
export function withoutVersion(asked: unknown, { issues }: Pick<z.core.ParsePayload, 'issues'>): unknown {
  if (typeof asked !== 'object' || asked === null || !('minVersion' in asked)) return asked
  const { minVersion, ...others } = asked
  refuseVersion(minVersion, issues)
  return others
}

interface Named {
  readonly userId?: string | undefined
  readonly anyOf?: readonly string[] | undefined
  readonly minVersion?: number | undefined
}

/** Whether a check is of one user or of several. */
export function namesUsers({ value, issues }: z.core.ParsePayload<Named>): void {
  const { userId: user, anyOf: users, minVersion } = value
  const wrong = (name: string, input: unknown, message: string) =>
    issues.push({ code: 'custom', input, path: [name], message })
  if (user === undefined && users === undefined) wrong('userId', user, 'is missing, and anyOf as well')
  if (user !== undefined && users !== undefined) wrong('userId', user, 'is not taken beside anyOf')
  if (users !== undefined && minVersion !== undefined) refuseVersion(minVersion, issues)
}
