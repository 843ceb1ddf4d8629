// What `entitlement-ledger/passport` exports: the one file that gives names to those outside.
export type { PassportJwks } from './passport-jwks.ts'
export { localJwks } from './local-jwks.ts'
export type { PassportReason, PassportRefusal } from './passport-refusal.ts'
export { type RemoteJwksOptions, remoteJwks } from './remote-jwks.ts'
export type { Passport } from './verified-passport.ts'
export { type PassportFloor, type VerifyOptions, verifyPassport } from './verify-passport.ts'
