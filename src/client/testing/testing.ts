// What `entitlement-ledger/testing` exports: the one file that gives names to those outside.
export { type FakeLedger, type FakeOptions, fakeLedger } from './fake-ledger.ts'
export type { FakeBinding, FakeFault } from './fake-binding.ts'
export type { FakeClock } from './fake-clock.ts'
export type { FakeGrant, FakeGrants } from './fake-rights.ts'
