import { env } from 'cloudflare:workers'
import { expect, vi } from 'vitest'
import { oneIssuer } from '../../../src/config/one-issuer.ts'
import type { Fetch } from '../../../src/http/authentication/fetch-jwks.ts'
import { HttpProblem } from '../../../src/http/answers/http-problem.ts'
import type { IssuerSettings } from '../../../src/http/authentication/issuer-settings.ts'
import { JwtAuthenticator } from '../../../src/http/authentication/jwt-authenticator.ts'
import { AUDIENCE, ecKey, ISSUER, jwksOf, NOW, type SigningKey } from '../../support/tokens.ts'

/** As the variables of one issuer give them. */
export const settings: IssuerSettings = oneIssuer({
  JWT_ISSUER: ISSUER,
  JWT_AUDIENCE: AUDIENCE,
  JWT_ALGORITHMS: 'ES256',
  JWT_JWKS: JSON.stringify(jwksOf(ecKey)),
}).issuer

/** An authenticator whose keys are configured. Whatever it fetches fails the test. */
export function anAuthenticator(changes: Partial<IssuerSettings> = {}): JwtAuthenticator {
  const fetch = () => Promise.reject(new Error('Nothing may be fetched'))
  return new JwtAuthenticator([{ ...settings, ...changes }], { kv: env.KV, fetch, waitUntil: () => {} })
}

/** An issuer that publishes its keys at an address of its own. Each authenticator made here is a new isolate. */
export function anIssuer(...keys: readonly SigningKey[]) {
  const url = `https://issuer.test/${crypto.randomUUID()}/jwks.json`
  const background: Promise<unknown>[] = []
  const fetch = vi.fn<Fetch>(async (): Promise<Response> => issuer.answers())
  const issuer = {
    url,
    fetch,
    answers: (): Response => Response.json(jwksOf(...keys)),
    publishes(...newKeys: readonly SigningKey[]) {
      issuer.answers = () => Response.json(jwksOf(...newKeys))
    },
    fails() {
      issuer.answers = () => new Response('down', { status: 500 })
    },
    /** All that goes on after the answers has ended. */
    async settled() {
      while (background.length > 0) await background.pop()
    },
    isolate({ kv = env.KV, algorithms = ['ES256'] }: { kv?: KVNamespace; algorithms?: string[] } = {}) {
      const waitUntil = (promise: Promise<unknown>) => void background.push(promise)
      return new JwtAuthenticator([{ ...settings, algorithms, jwksUrl: url, jwks: null }], {
        kv,
        fetch,
        waitUntil,
      })
    },
  }
  return issuer
}

export function bearer(token: string): string {
  return `Bearer ${token}`
}

/** The problem of an `Authorization` that is refused. */
export async function refusal(authenticator: JwtAuthenticator, authorization: string | undefined, now = NOW) {
  const outcome = await authenticator.authenticate(authorization, now).then(
    () => 'accepted',
    (error: unknown) => error,
  )
  if (!(outcome instanceof HttpProblem)) throw new Error(`Not a refusal: ${String(outcome)}`)
  return { code: outcome.code, facts: outcome.facts, headers: outcome.headers }
}

/** The one refusal of every token that is none of this issuer's, or not as it must be: nothing in it says what was wrong. */
export const INVALID_TOKEN = {
  code: 'unauthenticated',
  facts: { detail: 'The token is not accepted here: the log of the ledger says why' },
  headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' },
}

/** What is told of a token besides: that it is none, which anybody sees, or that a right one is over. */
function detailOf(token: string, reason: string): string {
  if (token.split('.').length !== 3) return 'The token is no JWT: it has three parts with dots between'
  return reason.startsWith('"exp" claim timestamp')
    ? expect.stringMatching(/^The token expired/)
    : INVALID_TOKEN.facts.detail
}

/** Refused like every other token, and for this reason, which only the log is told. */
export async function expectRefused(
  token: string,
  reason: string,
  authenticator = anAuthenticator(),
  now = NOW,
): Promise<void> {
  const info = vi.spyOn(console, 'info').mockImplementation(() => {})
  try {
    expect(await refusal(authenticator, bearer(token), now)).toEqual({
      ...INVALID_TOKEN,
      facts: { detail: detailOf(token, reason) },
    })
    expect(info.mock.calls.map(([line]) => JSON.parse(String(line)))).toEqual([
      { level: 'info', event: 'token_refused', reason: expect.stringContaining(reason) },
    ])
  } finally {
    info.mockRestore()
  }
}

export async function expectAccepted(
  token: string,
  authenticator = anAuthenticator(),
  now = NOW,
): Promise<void> {
  expect(await authenticator.authenticate(bearer(token), now)).toMatchObject({ subject: 'alice' })
}
