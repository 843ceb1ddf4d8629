import { type Scope, SCOPES } from '../../contract/scopes.ts'
import { Unfit } from '../variable.ts'
import { someTexts, table } from './members.ts'

/** RFC 6749, 3.3; a role may have spaces besides. */
const SCOPE_NAME = /^[!#-[\]-~]+( [!#-[\]-~]+)*$/

/** What every user's token carries, or may ask for: OpenID Connect Core, 5.4 and 11, and names that vendors give to all. */
const OF_EVERYBODY: readonly string[] = [
  '*',
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
  'user_impersonation',
  'aws.cognito.signin.user.admin',
  'authenticated',
  'anon',
  'uma_authorization',
]

/** What reaches beyond the users under a prefix, whoever asks. */
const BEYOND_USERS: readonly Scope[] = ['catalog:write', 'inbox:manage']

const ours = someTexts((text): Scope => {
  const found = SCOPES.find((scope) => scope === text)
  if (found === undefined) throw new Unfit(`is none of ${SCOPES.join(', ')}`)
  return found
})

/** Which of our scopes an issuer's names stand for. Throws `Unfit` where a name would give more than it says, or to everybody. */
export function scopeMap(found: unknown): ReadonlyMap<string, readonly Scope[]> {
  const map = table(ours)(found)
  for (const [name, scopes] of map) {
    if (!SCOPE_NAME.test(name)) throw new Unfit('is no name of a scope', [name])
    if (OF_EVERYBODY.includes(name.toLowerCase())) throw new Unfit('is what any token has', [name])
    const isOurs = SCOPES.some((scope) => scope === name.toLowerCase())
    if (isOurs && scopes.some((scope) => scope !== name)) throw new Unfit('is another scope of ours', [name])
  }
  return map
}

/** The name in a map that would reach beyond the users under a prefix, `null` where there is none. */
export function beyondUsers(map: ReadonlyMap<string, readonly Scope[]>): string | null {
  const found = [...map].find(([, scopes]) => scopes.some((scope) => BEYOND_USERS.includes(scope)))
  return found?.[0] ?? null
}
