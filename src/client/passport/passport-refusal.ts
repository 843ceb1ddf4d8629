/**
 * Why a passport is not taken: `missing` where there is none, `malformed` where it is not written as a ledger writes it or says what
 * none says, `not_yet` where it was made in the future, `too_old` below the floor, `keys_unavailable` where nobody knows by which
 * keys to verify it. None of them says that the user may not: that is for the ledger to say.
 */
export type PassportReason =
  | 'missing'
  | 'malformed'
  | 'wrong_type'
  | 'wrong_algorithm'
  | 'unknown_key'
  | 'bad_signature'
  | 'wrong_issuer'
  | 'wrong_audience'
  | 'expired'
  | 'not_yet'
  | 'too_old'
  | 'keys_unavailable'

export interface PassportRefusal {
  readonly ok: false
  readonly reason: PassportReason
}

/** Thrown within, from wherever a passport turns out not to be taken. */
export class PassportRefused extends Error {
  readonly reason: PassportReason

  constructor(reason: PassportReason) {
    super(reason)
    this.reason = reason
  }
}

export function refuse(reason: PassportReason): never {
  throw new PassportRefused(reason)
}
