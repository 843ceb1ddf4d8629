import { ALGORITHMS } from './algorithms.ts'
import { inlineJwks, whyUnusable } from './jwks.ts'
import { atLeast } from './numbers.ts'
import { privateUrl } from './private-url.ts'
import { oneOf, someOf, textOf } from './texts.ts'
import { need, readVariables, type ValuesOf, unlessEmpty, withDefault } from './variable.ts'

const VARIABLES = {
  JWT_ISSUER: need(textOf(1)),
  JWT_AUDIENCE: need(textOf(1)),
  JWT_ALGORITHMS: need(someOf(oneOf(ALGORITHMS))),
  JWT_JWKS_URL: withDefault(unlessEmpty(privateUrl), null),
  JWT_JWKS: withDefault(inlineJwks, null),
  JWT_LIFETIME_MAX_SECONDS: withDefault(atLeast(1, 'starts at 1'), 86_400),
} as const

/** The one issuer that variables of their own tell: its people are the users, by their `sub`, and `scope` says what a token may. */
export function oneIssuer(env: object) {
  const { values, problems } = readVariables(VARIABLES, env)
  return {
    issuer: {
      issuer: values.JWT_ISSUER,
      algorithms: values.JWT_ALGORITHMS,
      jwksUrl: values.JWT_JWKS_URL,
      jwks: values.JWT_JWKS,
      lifetimeMaxSeconds: values.JWT_LIFETIME_MAX_SECONDS,
      audienceClaim: 'aud',
      audiences: [values.JWT_AUDIENCE],
      require: new Map<string, string>(),
      scopeClaims: ['scope'],
      scopePrefix: '',
      scopes: null,
      userClaim: 'sub',
      speaksForUser: true,
      alsoClaims: [],
      usersPrefix: '',
      foreignPrefixes: [],
    },
    problems: problems.length > 0 ? problems : [...contradictions(values)],
  }
}

/** What is told of one issuer where `JWT_ISSUERS` tells of several: nobody could say which of them counts. */
export function besideSeveral(env: object): readonly string[] {
  // An empty text tells nothing: so `npm start` takes back in .dev.vars what wrangler.toml tells.
  const told = Object.keys(VARIABLES).filter((name) => ![undefined, ''].includes(Reflect.get(env, name)))
  return told.map((name) => `${name} must not be set beside JWT_ISSUERS`)
}

function* contradictions(values: ValuesOf<typeof VARIABLES>): Iterable<string> {
  if ((values.JWT_JWKS_URL === null) === (values.JWT_JWKS === null)) {
    yield 'JWT_JWKS_URL or JWT_JWKS must be set, and not both'
  }
  const reason = values.JWT_JWKS === null ? null : whyUnusable(values.JWT_JWKS, values.JWT_ALGORITHMS)
  if (reason !== null) yield `JWT_JWKS ${reason}`
}
