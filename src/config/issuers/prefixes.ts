import { type Rule, Unfit } from '../variable.ts'

/** Ids have 200 characters: half of them are left to the issuer. */
const PREFIX = /^[!-~]{1,100}$/

/**
 * What the ids of an issuer's users begin with. It ends by a separator, so that no other id only looks as if it were under
 * it (`a` and `ab`); a `%` would be one thing encoded and another decoded.
 */
export const usersPrefix: Rule<string> = (text) => {
  if (!PREFIX.test(text)) throw new Unfit('is not 1 to 100 visible ASCII characters')
  if (text.includes('%')) throw new Unfit('has a % in it')
  if (/[A-Za-z0-9]$/.test(text)) throw new Unfit('ends by no separator, as in "acme:"')
  return text
}

interface Peopled {
  /** Where it stands in the variable. */
  readonly at: string
  readonly issuer: string
  readonly speaksForUser: boolean
  readonly usersPrefix: string
}

/** What would let the people of one issuer be taken for those of another. */
export function* confusions(issuers: readonly Peopled[]): Iterable<string> {
  for (const [place, one] of issuers.entries()) {
    for (const earlier of issuers.slice(0, place)) {
      const reason = confusion(one, earlier)
      if (reason !== null)
        yield `${one.at}.${reason}${one.at === earlier.at ? ' of another tenant' : ` of ${earlier.at}`}`
    }
  }
}

function confusion(one: Peopled, other: Peopled): string | null {
  if (one.issuer === other.issuer) return 'issuer is that'
  const bothSpeak = one.speaksForUser && other.speaksForUser
  if (one.usersPrefix === other.usersPrefix) {
    if (!bothSpeak) return null
    return one.usersPrefix === ''
      ? 'usersPrefix is missing: it keeps its users apart from those'
      : 'usersPrefix is that'
  }
  if (one.usersPrefix === '' || other.usersPrefix === '') return null
  // Ids tell upper from lower case, and who reads them does not always.
  const [first, second] = [one.usersPrefix.toLowerCase(), other.usersPrefix.toLowerCase()]
  return first.startsWith(second) || second.startsWith(first) ? 'usersPrefix overlaps that' : null
}
