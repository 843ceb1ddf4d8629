/** What signs passports, and what they are verified by. */
export interface PassportKeys {
  readonly keys: readonly KeyOfPassports[]
}

/** A key for ES256, on P-256. */
export interface KeyOfPassports {
  readonly kid: string
  /** One signs; the others are published before they do, and after they did. */
  readonly role: 'announced' | 'signing' | 'retired'
  readonly x: string
  readonly y: string
  /** The private half. */
  readonly d: string | null
}

/** What passports are made by. */
export interface PassportSettings extends PassportKeys {
  /** The claim `iss`. */
  readonly issuer: string
  /** For how long a confirmation is good, and for the value of a config feature. */
  readonly allowMaxAgeMs: number
  readonly valueMaxAgeMs: number
}

/** Reads them once: `null` where there are none, or why there can be none. */
export type FindPassportSettings = () => Promise<PassportSettings | Error | null>
