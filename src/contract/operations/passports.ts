import { passport, passportBody, passportJwks } from '../schemas/passports.ts'
import { ofUser } from '../schemas/primitives.ts'
import { WHO } from '../who.ts'
import type { Operation } from './operation.ts'

/** A check that its user takes along. */
export const PASSPORT_OPERATIONS = {
  issuePassport: {
    method: 'post',
    path: '/v4/users/{userId}/passports',
    tag: 'Checks',
    summary: 'A signed list of what a user may use and when, which is verified without the ledger',
    who: WHO.checks,
    params: ofUser,
    body: passportBody,
    answers: {
      200: {
        description: 'Whoever has it can show it: it belongs into no address and no log',
        schema: passport,
        headers: ['Server-Timing'],
      },
    },
    problems: [
      'passports_off',
      'version_unknown',
      'feature_unknown',
      'passport_too_large',
      'ledger_unavailable',
    ],
  },
  getPassportKeys: {
    method: 'get',
    path: '/.well-known/jwks.json',
    tag: 'Service',
    summary: 'The public keys by which passports are verified, those to come and those of before among them',
    who: WHO.anyone,
    answers: {
      200: { description: 'A JWK Set (RFC 7517)', schema: passportJwks, headers: ['ETag'] },
      304: { description: 'It has not changed', schema: null, isEmpty: true, headers: ['ETag'] },
    },
    problems: ['passports_off'],
  },
} as const satisfies Record<string, Operation>
