import type { AppServices, CallServices } from '../../app/services.ts'
import type { Authenticator } from '../authentication/authenticator.ts'
import type { Limit } from '../authentication/limit-of.ts'

interface Door {
  readonly authenticator: Authenticator
  /** There is none where nobody bound one. */
  readonly limit?: Limit | undefined
}

/** What a check works with. */
export interface CheckServices extends Door, Omit<CallServices, 'ledgers' | 'listing' | 'passports'> {}

/** What the routes work with. */
export interface Services extends Door, AppServices {}
