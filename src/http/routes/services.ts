import type { AppServices, CallServices } from '../../app/services.ts'
import type { Authenticator } from '../authentication/authenticator.ts'

/** What a check works with. */
export interface CheckServices extends Omit<CallServices, 'ledgers'> {
  readonly authenticator: Authenticator
}

/** What the routes work with. */
export interface Services extends AppServices {
  readonly authenticator: Authenticator
}
