import type { JWTPayload } from 'jose'
import { type Scope, SCOPES } from '../../contract/scopes.ts'
import { claimAt } from './claim-at.ts'
import type { IssuerSettings } from './issuer-settings.ts'
import { TokenRefused } from './token-form.ts'

const SCOPE_LENGTH_MAX = 2048

/** RFC 6749, 3.3; or empty, as Keycloak writes a token without scopes. */
const SCOPE_LIST = /^([!#-[\]-~]+( [!#-[\]-~]+)*)?$/

type ScopeSettings = Pick<IssuerSettings, 'scopeClaims' | 'scopePrefix' | 'scopes'>

/** The scopes of a token that mean something here. Those of other services do not: with `openid profile` it is one without scopes. */
export function scopesOf(
  payload: JWTPayload,
  { scopeClaims, scopePrefix, scopes }: ScopeSettings,
): ReadonlySet<Scope> {
  const found = new Set<Scope>()
  for (const name of scopeClaims.flatMap((claim) => namesIn(claim, claimAt(payload, claim)))) {
    if (!name.startsWith(scopePrefix)) continue
    for (const scope of scopesNamed(name.slice(scopePrefix.length), scopes)) found.add(scope)
  }
  return found
}

const OURS: ReadonlyMap<string, readonly Scope[]> = new Map(SCOPES.map((scope) => [scope, [scope]]))
const NONE: readonly Scope[] = []

function scopesNamed(name: string, scopes: ScopeSettings['scopes']): readonly Scope[] {
  return (scopes ?? OURS).get(name) ?? NONE
}

/** One text, whose names are separated by spaces; or a list of names, in which a space separates nothing. */
function namesIn(claim: string, told: unknown): readonly string[] {
  if (told === undefined) return []
  if (Array.isArray(told) && told.every((name) => typeof name === 'string')) return told
  if (typeof told === 'string' && told.length <= SCOPE_LENGTH_MAX && SCOPE_LIST.test(told))
    return told.split(' ')
  throw new TokenRefused(`payload.${claim} is no list of scopes`)
}
