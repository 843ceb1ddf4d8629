import type { LimitObject } from './limit-object.ts'

export interface Env {
  readonly DB: D1Database
  readonly KV: KVNamespace
  readonly OBJECTS: DurableObjectNamespace<LimitObject>
  readonly JWT_ISSUER: string
  readonly JWT_AUDIENCE: string
  readonly JWT_ALGORITHMS: string
  readonly JWT_JWKS: string
  readonly STRIPE_SECRET: string
  /** A JWK with its private half. */
  readonly PASSPORT_KEY: string
  /** What the ledger did when it was asked once: all that is answered and written here is taken from there. */
  readonly SAMPLES: Samples
}

export interface Samples {
  readonly answers: Readonly<Record<AnswerName, Answer>>
  /** The text of a user's snapshot in KV. */
  readonly snapshot: string
  readonly granted: Written
  readonly renewed: Written
  /** The rows of events in the inbox. */
  readonly ignoredEvent: EventRow
  readonly renewalEvent: EventRow
}

export type AnswerName = 'memory' | 'kv' | 'ledger' | 'passport' | 'grant' | 'webhook'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type Row = Readonly<Record<string, unknown>>

/** The body as the text that it is. */
export type EventRow = Row & { readonly body: string }

/** The rows that one change wrote, by table. */
export type Written = Readonly<Record<string, readonly Row[]>>
