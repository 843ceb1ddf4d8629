import { ALGORITHMS } from '../algorithms.ts'
import { inlineJwks } from '../jwks.ts'
import { oneOf, textOf } from '../texts.ts'
import { type Rule, Unfit } from '../variable.ts'
import { flag, lifetime, needed, optional, someTexts, table, text, texts } from './members.ts'
import { PRESETS } from './presets.ts'
import { scopeMap } from './scope-map.ts'

/** Where users write what they like, in the words of Supabase, Clerk and Auth0: it says nothing of what they may. */
const WRITTEN_BY_USERS = /^\/?(user_metadata|unsafe_metadata|unsafeMetadata)(\/|$)/

/** A claim by its name, or by its place: `/o/id`. */
const claim: Rule<string> = (name) => {
  if (!/^[!-~]{1,200}$/.test(name)) throw new Unfit('is no name of a claim')
  if (WRITTEN_BY_USERS.test(name)) throw new Unfit('is what users write themselves')
  return name
}

/** OpenID Connect Core, 5.7: they may change hands, and are nobody's for ever. */
const CHANGES_HANDS = [
  'email',
  'name',
  'nickname',
  'phone_number',
  'preferred_username',
  'unique_name',
  'upn',
]

const identifier: Rule<string> = (name) => {
  if (CHANGES_HANDS.includes(name.replace(/^\//, '')))
    throw new Unfit('may change hands: take the id of the user')
  return claim(name)
}

/** As `tid` and `iss` write it. `common` and the like stand for everybody's tenants. */
const tenant: Rule<string> = (id) => {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))
    throw new Unfit('is no id of a tenant, in lower case')
  return id
}

/** The members of an issuer's table. What is made of a place for something, as `{tenantid}`, is looked at once it is whole. */
export const MEMBERS = {
  preset: optional(text(oneOf(Object.keys(PRESETS))), null),
  issuer: needed(text(textOf(1))),
  tenants: optional(someTexts(tenant), null),
  audience: needed(someTexts(textOf(1))),
  audienceClaim: optional(text(oneOf(['aud', 'client_id', 'azp', 'iss'])), 'aud'),
  algorithms: needed(someTexts(oneOf(ALGORITHMS))),
  jwksUrl: optional(text(textOf(1)), null),
  jwks: optional(
    (found: unknown) => inlineJwks(typeof found === 'string' ? found : JSON.stringify(found)),
    null,
  ),
  lifetimeMaxSeconds: optional(lifetime, 86_400),
  require: optional(table(text(textOf(1))), new Map<string, string>()),
  scopeClaims: optional(texts(claim), ['scope']),
  scopePrefix: optional(text(textOf(1)), ''),
  scopes: optional(scopeMap, null),
  users: optional(flag, false),
  userClaim: optional(text(identifier), 'sub'),
  alsoClaims: optional(texts(identifier), []),
  usersPrefix: optional(text(textOf(1)), ''),
} as const
