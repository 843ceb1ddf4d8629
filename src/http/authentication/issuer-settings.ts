import type { Scope } from '../../contract/scopes.ts'

/** What is known of an issuer, and what its tokens have to say. A claim is named, or told by its place: `/o/id`. */
export interface IssuerSettings {
  /** The claim `iss`, to the letter. */
  readonly issuer: string
  readonly algorithms: readonly string[]
  /** Where the issuer's keys are; else they are `jwks`. */
  readonly jwksUrl: string | null
  readonly jwks: object | null
  readonly lifetimeMaxSeconds: number
  /** Which claim tells for whom a token is. Where it is another than `aud`, that one may be missing, but not differ. */
  readonly audienceClaim: string
  readonly audiences: readonly string[]
  /** Claims that have to be exactly so. */
  readonly require: ReadonlyMap<string, string>
  readonly scopeClaims: readonly string[]
  /** Taken off the names of scopes; those without it say nothing here. */
  readonly scopePrefix: string
  /** Which scopes the issuer's names stand for; `null` where they are ours. */
  readonly scopes: ReadonlyMap<string, readonly Scope[]> | null
  /** Which claim tells whose a token is. */
  readonly userClaim: string
  /** Whether a token without scopes speaks for its user. */
  readonly speaksForUser: boolean
  /** Claims that name whom such a token speaks for besides. */
  readonly alsoClaims: readonly string[]
  /** What the ids of the issuer's users begin with, before the claim; it reaches no others. Empty where it reaches all. */
  readonly usersPrefix: string
  /** Prefixes of other issuers: nobody may be called so here. */
  readonly foreignPrefixes: readonly string[]
}
