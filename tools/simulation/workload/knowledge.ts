import type { Deed } from './deed.ts'
import type { Result } from './register.ts'

interface Body {
  readonly id?: string
  readonly amount?: number
  readonly version?: number
  readonly balance?: { readonly remaining: number }
}

/** What clients of one user know by what they were answered. */
export class Knowledge {
  version = 0
  readonly exports: string[] = []
  readonly lots: string[] = []
  /** Those of `lots` that the linear history does not tell of. */
  readonly calls: string[] = []
  readonly consumptions: { readonly id: string; readonly amount: number }[] = []
  readonly reservations: { readonly id: string; readonly amount: number }[] = []

  learn({ answer, asked, operation }: Deed): void {
    if (answer === null || answer.status >= 300) return
    const body = JSON.parse(answer.body) as Required<Body>
    this.version = Math.max(this.version, body.version)
    const { id, amount } = body
    const { command } = asked
    if (command.type === 'create_entitlement')
      (command.feature === 'export' ? this.exports : this.lots).push(id)
    if (command.type === 'create_entitlement' && command.feature === 'calls') this.calls.push(id)
    if (command.type === 'consume' && operation !== null) this.consumptions.push({ id, amount })
    if (command.type === 'reserve') this.reservations.push({ id, amount })
  }
}

/** What an answer says of the two features of the linear history. */
export function resultOf({ answer, asked }: Deed): Result | null {
  if (answer === null) return null
  const body = JSON.parse(answer.body) as Body
  const isDone = answer.status < 300
  const isOfUsage = 'feature' in asked.command && asked.command.type !== 'create_entitlement'
  const isReversal = asked.command.type === 'reverse_consumption'
  return {
    isDone,
    // What was revoked before is answered with its own version, and not with that of the user.
    version: isDone && asked.command.type !== 'revoke_entitlement' ? (body.version ?? null) : null,
    remaining: isOfUsage || isReversal ? (body.balance?.remaining ?? null) : null,
  }
}
