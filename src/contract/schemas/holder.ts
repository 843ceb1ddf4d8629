import type * as z from 'zod'
import { isOtherwiseRight, metadata, text } from './primitives.ts'

const METADATA_BYTES_MAX = 1024

/** Who holds something, or uses it: a member, a device, a stream. */
export const holder = text(200).meta({
  id: 'Holder',
  description: 'Who has it, or uses it: a member, a device, a stream. Kept so that it can be erased',
  examples: ['member-17'],
})

export const consumptionMetadata = metadata
  .refine(
    (value) => new TextEncoder().encode(JSON.stringify(value)).length <= METADATA_BYTES_MAX,
    `takes more than ${METADATA_BYTES_MAX} bytes`,
  )
  .meta({
    type: 'object',
    additionalProperties: {},
    description: 'The caller’s own data, at most 1 KiB; kept so that it can be erased',
  })

/** Of what is taken: without a holder it has to be said how much. */
export function saysHowMuch({ value, issues }: z.core.ParsePayload<Taken>): void {
  if (value.amount !== undefined || value.holder !== undefined || !isOtherwiseRight({ value, issues })) return
  issues.push({ code: 'invalid_type', expected: 'int', input: undefined, path: ['amount'] })
}

interface Taken {
  readonly amount?: number | undefined
  readonly holder?: string | undefined
}

/** The same for who reads the document. */
export const SAYS_HOW_MUCH = { allOf: [{ if: { required: ['holder'] }, else: { required: ['amount'] } }] }
