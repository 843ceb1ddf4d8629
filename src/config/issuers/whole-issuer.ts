import type { ValuesOf } from '../variable.ts'
import type { MEMBERS } from './issuer-table.ts'

export type IssuerValues = ValuesOf<typeof MEMBERS>

export type WholeIssuer = ReturnType<typeof wholeIssuer>

/** An issuer of a table, with what stands for `{tenantid}`, `{audience}` and `{issuer}` put in. */
export function wholeIssuer(at: string, values: IssuerValues, tenant: string | null) {
  const [audience, ...others] = values.audience
  const places: Places = {
    ...(tenant === null ? {} : { tenantid: tenant }),
    ...(audience === undefined || others.length > 0 ? {} : { audience }),
  }
  const issuer = filled(values.issuer, places)
  const audiences = values.audience.map((one) => filled(one, { issuer }))
  return {
    at,
    issuer,
    algorithms: values.algorithms,
    jwksUrl:
      values.jwksUrl === null
        ? null
        : filled(values.jwksUrl, { ...places, issuer: issuer.replace(/\/$/, '') }),
    jwks: values.jwks,
    lifetimeMaxSeconds: values.lifetimeMaxSeconds,
    audienceClaim: values.audienceClaim,
    // An issuer of one application alone has said for whom its tokens are by its own name.
    audiences: values.audienceClaim === 'iss' ? [issuer, ...audiences] : audiences,
    require: tenant === null ? values.require : new Map([...values.require, ['tid', tenant]]),
    scopeClaims: values.scopeClaims,
    scopePrefix: values.scopePrefix,
    scopes: values.scopes,
    userClaim: values.userClaim,
    speaksForUser: values.users,
    alsoClaims: values.alsoClaims,
    usersPrefix: filled(values.usersPrefix, places),
    foreignPrefixes: [] as readonly string[],
  }
}

type Places = Readonly<Record<string, string>>

function filled(template: string, places: Places): string {
  return template.replaceAll(/\{(\w+)\}/g, (place, name: string) => places[name] ?? place)
}
