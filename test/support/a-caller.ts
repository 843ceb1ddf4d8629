import type { Caller } from '../../src/app/caller.ts'

/** A caller of the issuer whose people are the users. */
export function aCaller(subject: string, scopes: readonly string[]): Caller {
  return {
    issuer: 'https://issuer.test',
    subject,
    scopes: new Set(scopes),
    users: [subject],
    usersPrefix: '',
  }
}
