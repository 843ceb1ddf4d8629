import { drizzle } from 'drizzle-orm/d1'
import type { EntitlementId } from '../../domain/values/ids.ts'
import { groundIn, groundQuery } from './ground-rows.ts'
import { pastOf, pastQueries } from './load.ts'
import type { LookUpRequest, Memory } from './memory.ts'
import { productsIn, productsQuery } from './named-products.ts'
import { rightsIn, rightsQuery } from './rights-query.ts'

/**
 * Looks up what a group of commands wants and a memory may lack, in one batch with the last entry and the version of the
 * catalog, and returns the memory with it; `null` where either is another than the memory has, so that all has to be read.
 */
export async function lookUp(d1: D1Database, memory: Memory, wanted: LookUpRequest): Promise<Memory | null> {
  const db = drizzle(d1)
  const { userId } = memory.state
  const { references, seqs } = wanted
  const ground = groundQuery(d1, userId, wanted)
  const others = [ground, productsQuery(d1, references), ...pastQueries(d1, userId, seqs)] as const
  // Most often a receipt is missing, and nothing else: a statement that finds nothing costs its time.
  const isOfLots = memory.standIns.size > 0 && (wanted.bought || wanted.entitlements.length + seqs.length > 0)
  const isOfReceipts = references.length === 0 && seqs.length === 0 && !isOfLots
  const nothing = [] as never[]
  const [groundRows, productRows, pastRows, resolutionRows, rightRows] = isOfReceipts
    ? [...(await db.batch([ground])), nothing, nothing, nothing, nothing]
    : isOfLots
      ? await db.batch([...others, rightsQuery(d1, userId, wanted, false)])
      : [...(await db.batch(others)), nothing]
  const { version } = memory.state
  const { head, catalogVersion, receipts } = groundIn(groundRows)
  const isHead = (head?.seq ?? 0) === version && (version === 0 || head?.hash === memory.hash)
  if (!isHead || catalogVersion !== memory.catalogVersion) return null
  return {
    ...memory,
    ...withRights(memory, rightRows),
    receipts: new Map([...memory.receipts, ...receipts]),
    products: new Map([...memory.products, ...productsIn(productRows)]),
    past: pastOf(pastRows, resolutionRows),
  }
}

/** A memory with the rights to some features as they were read: stand-ins among them stand for fewer than before. */
function withRights(
  { state, standIns }: Memory,
  rows: Parameters<typeof rightsIn>[0],
): Pick<Memory, 'state' | 'standIns'> {
  if (rows.length === 0) return { state, standIns }
  const read = rightsIn(rows)
  const features = new Set(rows.map(({ entitlement }) => entitlement.feature))
  const stays = (id: EntitlementId) => !features.has(state.entitlements.get(id)?.feature ?? '')
  const kept = <Value>(all: ReadonlyMap<EntitlementId, Value>) => [...all].filter(([id]) => stays(id))
  const entitlements = new Map([...kept(state.entitlements), ...read.entitlements])
  const usage = new Map([...kept(state.usage), ...read.usage])
  return {
    state: { ...state, entitlements, usage },
    standIns: new Set([...[...standIns].filter(stays), ...read.standIns]),
  }
}
