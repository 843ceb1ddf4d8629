import type { Hono } from 'hono'
import * as checks from './checks.ts'
import type { Env } from './env.ts'
import * as grants from './grant.ts'
import * as passports from './passports.ts'
import * as webhooks from './webhooks.ts'

export { LimitObject } from './limit-object.ts'

// Each limit is an entrypoint with a socket of its own, so that all of them get the requests that the ledger gets.
export default entrypoint(checks.check)
export const checkVerified = entrypoint(checks.checkVerified)
export const checkKv = entrypoint(checks.checkKv)
export const checkStrong = entrypoint(checks.checkStrong)
export const passport = entrypoint(passports.passport)
export const passportAlone = entrypoint(passports.passportAlone)
export const bareSign = entrypoint(passports.bareSign)
export const grant = entrypoint(grants.grant)
export const webhookIgnored = entrypoint(webhooks.webhookIgnored)
export const webhookApplied = entrypoint(webhooks.webhookApplied)

/** workerd takes no object of a class for a named entrypoint. */
function entrypoint({ fetch }: Hono<{ Bindings: Env }>): ExportedHandler<Env> {
  return { fetch }
}
