/** What no Worker that verifies tokens behind a router can start without: Hono and jose. */
export { checkVerified as default } from './checks.ts'
