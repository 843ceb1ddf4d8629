import { isUserId } from '../../contract/is-user-id.ts'
import type { Fact, LinkFact } from '../../domain/purchases/register/fact.ts'
import type { Instant } from '../../domain/values/instant.ts'
import { type SignedUserId, readSignedUserId } from './sign-user-id.ts'

/**
 * How users are named in what a provider tells.
 *
 * - `server`: the shop's server makes each checkout, so that a buyer can change nothing of it.
 * - `signed`: what a buyer can write counts where it is signed by the shop's server.
 * - `buyer`: whatever names a user may be a buyer's.
 */
export type Naming = 'server' | 'signed' | 'buyer'

export interface NamingDeps {
  /** By provider; where none is told, each field counts for who can write it. */
  readonly namings: ReadonlyMap<string, Naming>
  /** What names are signed with: several while one is changed. */
  readonly namingKeys: readonly string[]
}

/** Shown with an event whose name of a user is not signed, or not signed rightly, where it has to be. */
const UNSIGNED = 'unsigned_user_id'

/** The facts of an event, with what its names of users are worth. */
interface WeighedFacts {
  readonly facts: readonly Fact[]
  readonly flags: readonly string[]
}

/**
 * The facts with names of the rank that their writers deserve. What a buyer wrote gives a user what was paid for, links no
 * customer, and is weaker than any name that the shop has written. What is signed counts as the shop's, of the purchase alone:
 * most providers make a customer of an e-mail address that anybody can type.
 */
export async function weighNames(
  { namings, namingKeys }: NamingDeps,
  { provider, occurredAt }: { readonly provider: string; readonly occurredAt: Instant },
  facts: readonly Fact[],
): Promise<WeighedFacts> {
  const naming = namings.get(provider) ?? null
  const starts = facts.flatMap((fact) => ('startsAt' in fact ? (fact.startsAt ?? []) : []))
  const boughtAt = Math.min(occurredAt, ...starts)
  const all = await Promise.all(
    facts.map(async (fact): Promise<WeighedFact> => {
      if (fact.type === 'transfer') {
        // No transfer is signed: https://www.revenuecat.com/docs/integrations/webhooks/event-types-and-fields
        return naming === 'signed' ? NOTHING_SIGNED : asItIs(fact)
      }
      if (fact.type !== 'link' || fact.userId === null || fact.writer === 'provider') return asItIs(fact)
      const signedId = readSignedUserId(fact.userId)
      if (signedId !== null) {
        if (!(await isRight(signedId, namingKeys))) return withoutName(fact)
        // Later events of a purchase have the same text: that it has expired by then is nothing to look at.
        const isExpired = signedId.expiresAt <= boughtAt
        return isExpired
          ? { ...withoutName(fact), isUnsigned: false }
          : ofPurchase({ ...fact, userId: signedId.userId })
      }
      const worth = worthOf(fact.writer, naming)
      if (worth === 'server') return asItIs(fact)
      return worth === 'signed' ? withoutName(fact) : asBuyer(fact)
    }),
  )
  return {
    facts: all.flatMap(({ facts: some }) => some),
    flags: all.some(({ isUnsigned }) => isUnsigned) ? [UNSIGNED] : [],
  }
}

/**
 * Whether a transfer takes all that was bought in its store: where no buyer can log in as another. Else it takes only what
 * is clear to be meant, as no event says what was restored.
 */
export function transfersTakeAll({ namings }: Pick<NamingDeps, 'namings'>, provider: string): boolean {
  return namings.get(provider) === 'server'
}

interface WeighedFact {
  readonly facts: readonly Fact[]
  readonly isUnsigned: boolean
}

const NOTHING_SIGNED: WeighedFact = { facts: [], isUnsigned: true }

function asItIs(fact: Fact): WeighedFact {
  return { facts: [fact], isUnsigned: false }
}

/** What is said of a purchase, and of no customer. */
function ofPurchase(link: LinkFact): WeighedFact {
  return { facts: link.refs.length === 0 ? [] : [{ ...link, customer: null }], isUnsigned: false }
}

/** Its rank says that it speaks of a purchase alone. */
function asBuyer(link: LinkFact): WeighedFact {
  const rank = link.rank === 'session' ? 'buyer_session' : 'buyer'
  return { facts: link.refs.length === 0 ? [] : [{ ...link, rank }], isUnsigned: false }
}

/** It names nobody, and still says which ids stand for one purchase. */
function withoutName(link: LinkFact): WeighedFact {
  return { facts: link.refs.length === 0 ? [] : [{ ...link, userId: null }], isUnsigned: true }
}

/** What only the shop's server can write needs no signature. */
function worthOf(writer: 'server' | 'buyer', naming: Naming | null): Naming {
  if (writer === 'server') return naming === 'buyer' ? 'buyer' : 'server'
  return naming ?? 'buyer'
}

async function isRight({ userId, isSignedWith }: SignedUserId, keys: readonly string[]): Promise<boolean> {
  if (!isUserId(userId)) return false
  const signedWith = await Promise.all(keys.map(isSignedWith))
  return signedWith.includes(true)
}
