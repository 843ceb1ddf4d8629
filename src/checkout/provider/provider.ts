import type { Fact } from '../../domain/purchases/register/fact.ts'
import type { Instant } from '../../domain/values/instant.ts'
import type { SignatureScheme } from '../signatures/signature-scheme.ts'
import type { NamingFields } from './naming-field.ts'

/** What tells one event of a provider from another, read from a verified body and its headers. */
export interface Envelope {
  /** Unique for ever within the account. The same event sent again has the same. */
  readonly eventId: string
  /** Which of several accounts, shops or apps it came from; empty where there is one. */
  readonly account: string
  readonly type: string
  /** When it happened, as the provider says. */
  readonly occurredAt: Instant
  /** Whether money was meant, where the payload says so. */
  readonly mode: 'live' | 'test' | null
}

/** What is told of an event without an envelope; `null` where nothing is. */
type Outline = { readonly [Name in 'eventId' | 'account' | 'type']?: string | null }

/** What an event says in our words. */
export interface EventReading {
  /** None for an event that changes nothing: it is ignored. */
  readonly facts: readonly Fact[]
  /** Values that nobody knew when this was written, such as `status=frozen`: the event waits for somebody to look. */
  readonly unknown: readonly string[]
  /** What somebody should look at though nothing is wrong, such as a refund of a part. */
  readonly flags: readonly string[]
}

export const NOTHING_SAID: EventReading = { facts: [], unknown: [], flags: [] }

/** An object that was read again from the provider's API, and when that reading began. */
export interface Reread {
  readonly object: unknown
  readonly startedAt: Instant
}

/** How the object of an event is read again at the provider's API. */
export interface Rereading {
  /** Where the object is; `null` when reading it again is of no use. */
  readonly urlOf: (body: unknown) => string | null
  /** The headers of that request. */
  readonly headersOf: (body: unknown, access: ApiAccess) => Readonly<Record<string, string>>
}

/** As whom a provider's API is asked. */
interface ApiAccess {
  /** Of the event; empty for the deployment's own. */
  readonly account: string
  readonly apiKey: string
}

/**
 * One checkout provider: how it signs, and what it sends, in our words. Pure: the same event always says the same. All that
 * is peculiar to a provider stands in its own folder.
 */
export interface Provider {
  readonly signature: SignatureScheme
  readonly namingFields: NamingFields
  /** Throws `Unparseable` for a body that is no event of this provider. Unknown keys and values pass. */
  readonly envelopeOf: (body: unknown, headers: Headers) => Promise<Envelope> | Envelope
  /** What can be told all the same of a body that `envelopeOf` refuses, so that it is kept as what it is. */
  readonly outlineOf: (body: unknown, headers: Headers) => Outline
  readonly read: (body: unknown, envelope: Envelope, reread: Reread | null) => EventReading
  /** The shop that an event is accepted by, where that is not the envelope’s account; `null` where none is told. */
  readonly shopOf?: (body: unknown) => string | null
  /** Whether all accounts are accepted until one is listed; else only the one without a name, and those that are listed. */
  readonly acceptsUnlistedAccounts: boolean
  /** Absent where events tell all that is to be known. */
  readonly rereading?: Rereading
  /** Where it counts things of several kinds each from 1: the kinds before which a purchase may be meant by a number alone. */
  readonly kindsOfPurchase?: readonly string[]
}

/** The body is no event of the provider. */
export class Unparseable extends Error {
  override readonly name = 'Unparseable'
}
