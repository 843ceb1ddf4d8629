import { accessAt } from '../../../src/domain/user/access-of-state.ts'
import { orderedText } from '../../../src/domain/values/json.ts'
import { promise } from '../violation.ts'
import type { Shown } from '../workload/checks.ts'
import { FRESHNESS } from '../world/settings.ts'
import type { Witness } from './witness.ts'

/** How long an answer of the object may be on its way to the isolate. */
const ON_ITS_WAY_MS = FRESHNESS.checkTimeoutMs

/** What a check showed is what one version gives at that moment, and that version is as new as was promised. */
export function judgeShown(shown: Shown, witness: Witness, { hasJumped }: { hasJumped: boolean }): void {
  const { feature, demand, reading, at, before, known } = shown
  const { version, answer, asOf, source, degraded } = reading
  const about = () => JSON.stringify({ ...shown, asOf, newest: witness.version })
  const state = witness.states[version]
  promise(state !== undefined, () => `A version was shown that does not exist: ${about()}`)
  if (state === undefined) return
  // Of a metered feature the catalog knows that nothing of it may be asked for, also where the user has no right to it.
  const { maxAmount: _most, ...right } = accessAt(state, feature, at)
  const { maxAmount: _shown, ...told } = answer
  promise(
    orderedText(right) === orderedText(told),
    () => `Version ${version} gives ${orderedText(right)} and not what was shown: ${about()}`,
  )
  promise(version >= demand.minVersion, () => `A version under minVersion was shown: ${about()}`)
  promise(!demand.strong || version >= known, () => `A strong check did not see what was known: ${about()}`)
  promise(
    version >= before.version || at >= before.until,
    () => `An isolate went back to an older version: ${about()}`,
  )
  promise(
    !degraded || (answer.allowed && answer.balance === undefined),
    () => `Degraded, and no lasting yes: ${about()}`,
  )

  // What a clock says that jumped bounds nothing.
  if (hasJumped) return
  const { allowMaxAgeMs, denyMaxAgeMs, staleIfErrorMs } = FRESHNESS
  const ageMs = at - asOf
  const maxAgeMs = degraded ? staleIfErrorMs : answer.allowed ? allowMaxAgeMs : denyMaxAgeMs
  const isFresh = source === 'ledger' && ageMs <= denyMaxAgeMs + ON_ITS_WAY_MS + SKEW_MS
  promise(isFresh || ageMs < maxAgeMs, () => `An answer was older than its bound: ${about()}`)
  promise(isFresh || ageMs <= demand.maxAgeMs, () => `An answer was older than was asked for: ${about()}`)
  const replacedAt = witness.recordedBy[version + 1] ?? Infinity
  promise(
    asOf <= replacedAt,
    () => `A version was confirmed that had been replaced at ${replacedAt}: ${about()}`,
  )
}

const SKEW_MS = 2000
