import type { EntitlementId } from '../../domain/values/ids.ts'
import { askForRows, jsonRows } from '../../platform/json-rows.ts'
import { valuesOf } from './look-ups/placeholders.ts'
import { GROUND, groundIn } from './ground-rows.ts'
import type { Memory } from './memory.ts'
import type { LookUpRequest } from './look-ups/look-up-request.ts'
import { productsIn, productsQuery } from './named-products.ts'
import { pastIn, pastQuery } from './past-rows.ts'
import { RIGHTS_BOUGHT_APART, RIGHTS_NAMED, rightsIn } from './rights-rows.ts'

const groundQuery = jsonRows(GROUND)
const lotsQuery = jsonRows({ right: RIGHTS_NAMED })
const boughtQuery = jsonRows({ right: RIGHTS_BOUGHT_APART })

/**
 * Looks up what a group of commands wants and a memory may lack, in one batch with the last entry and the version of the
 * catalog, and returns the memory with it; `null` where either is another than the memory has, so that all has to be read.
 */
export async function lookUp(d1: D1Database, memory: Memory, wanted: LookUpRequest): Promise<Memory | null> {
  const { userId } = memory.state
  const { bought, entitlements, references, seqs } = wanted
  // Most often a receipt is missing, and nothing else: a statement that finds nothing costs its time.
  const isOfLots = memory.standIns.size > 0 && (bought || entitlements.length + seqs.length > 0)
  const queries = [
    groundQuery,
    ...(references.length === 0 ? [] : [productsQuery]),
    ...(seqs.length === 0 ? [] : [pastQuery]),
    ...(isOfLots ? [bought ? boughtQuery : lotsQuery] : []),
  ]
  const rows = await askForRows(d1, queries, valuesOf(userId, wanted))
  const { version } = memory.state
  const { head, catalogVersion, receipts } = groundIn(rows)
  const isHead = (head?.seq ?? 0) === version && (version === 0 || head?.hash === memory.hash)
  if (!isHead || catalogVersion !== memory.catalogVersion) return null
  return {
    ...memory,
    ...withRights(memory, rightsIn(rows)),
    receipts: new Map([...memory.receipts, ...receipts]),
    products: new Map([...memory.products, ...productsIn(rows)]),
    past: pastIn(rows),
  }
}

/** A memory with the rights to some features as they were read: stand-ins among them stand for fewer than before. */
function withRights(
  { state, standIns }: Memory,
  read: ReturnType<typeof rightsIn>,
): Pick<Memory, 'state' | 'standIns'> {
  if (read.entitlements.size === 0) return { state, standIns }
  const features = new Set([...read.entitlements.values()].map(({ feature }) => feature))
  const stays = (id: EntitlementId) => !features.has(state.entitlements.get(id)?.feature ?? '')
  const kept = <Value>(all: ReadonlyMap<EntitlementId, Value>) => [...all].filter(([id]) => stays(id))
  const entitlements = new Map([...kept(state.entitlements), ...read.entitlements])
  const usage = new Map([...kept(state.usage), ...read.usage])
  return {
    state: { ...state, entitlements, usage },
    standIns: new Set([...[...standIns].filter(stays), ...read.standIns]),
  }
}
