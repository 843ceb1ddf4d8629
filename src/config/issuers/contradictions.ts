import { whyUnusable } from '../jwks.ts'
import { privateUrl } from '../private-url.ts'
import { Unfit } from '../variable.ts'
import { usersPrefix } from './prefixes.ts'
import { beyondUsers } from './scope-map.ts'
import { type IssuerValues, wholeIssuer } from './whole-issuer.ts'

/** What is wrong between members of a table that are each right. */
export function* contradictions(values: IssuerValues): Iterable<string> {
  const { tenants, jwksUrl, jwks, algorithms, scopes, scopeClaims, users, alsoClaims } = values
  if ((jwksUrl === null) === (jwks === null)) yield 'jwksUrl or jwks must be set, and not both'
  const reason = jwks === null ? null : whyUnusable(jwks, algorithms)
  if (reason !== null) yield `jwks ${reason}`
  if (!users && scopeClaims.length === 0) yield 'users or scopeClaims must be set: its tokens may do nothing'
  if (!users && alsoClaims.length > 0) yield 'alsoClaims means nothing where users is not true'
  const widens = values.usersPrefix === '' || scopes === null ? null : beyondUsers(scopes)
  if (widens !== null) yield `scopes.${widens} reaches beyond usersPrefix`
  if (values.issuer.includes('{tenantid}') === (tenants !== null)) {
    for (const tenant of tenants ?? [null]) yield* wrongIn(values, tenant)
  } else {
    yield tenants === null ? 'tenants is missing' : 'tenants has no {tenantid} to stand for'
  }
}

/** What is wrong once all that stands for something is put in. */
function* wrongIn(values: IssuerValues, tenant: string | null): Iterable<string> {
  const whole = wholeIssuer('', values, tenant)
  const { issuer, jwksUrl } = whole
  const [audience, ...others] = values.audience
  const texts = {
    issuer,
    audience: whole.audiences.join(' '),
    jwksUrl: jwksUrl ?? '',
    usersPrefix: whole.usersPrefix,
  }
  for (const [name, text] of Object.entries(texts)) {
    if (/[{}]/.test(text)) yield `${name} has a place that nothing fills`
  }
  if (values.audienceClaim === 'iss' && (others.length > 0 || !issuer.endsWith(`/${audience ?? ''}`))) {
    yield 'audienceClaim is iss, and the issuer does not end by the one audience'
  }
  if (jwksUrl !== null) yield* unfit('jwksUrl', () => privateUrl(jwksUrl))
  if (whole.usersPrefix !== '') yield* unfit('usersPrefix', () => usersPrefix(whole.usersPrefix))
}

function* unfit(name: string, read: () => unknown): Iterable<string> {
  try {
    read()
  } catch (error) {
    if (!(error instanceof Unfit)) throw error
    yield `${name} ${error.message}`
  }
}
