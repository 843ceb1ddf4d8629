import type { UserId } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import type { PartVerdict } from '../../ledger/store/proof/verify-part.ts'
import type { Verdict } from '../../ledger/store/proof/verify.ts'
import { Flights } from '../../platform/flights.ts'

/** How long a Worker goes on for a caller who has hung up (https://developers.cloudflare.com/workers/platform/limits/#duration). */
const PROOF_MS_MAX = 30_000

interface ProofsDeps {
  readonly now: () => Instant
  /** Lets work go on after the answer, and after the caller has hung up. */
  readonly waitUntil: (work: Promise<unknown>) => void
}

interface Proof {
  /** What was asked besides whose ledger it is. */
  readonly of: string
  readonly verdict: Verdict | PartVerdict
}

/** Proofs of ledgers, of a user at most one at once in this isolate: who asks the same shares it, who asks another waits. */
export class Proofs {
  readonly #flights: Flights<Proof>

  constructor({ now, waitUntil }: ProofsDeps) {
    this.#flights = new Flights({ timeoutMs: PROOF_MS_MAX, now, waitUntil })
  }

  async verdict(
    userId: UserId,
    of: string,
    prove: () => Promise<Proof['verdict']>,
  ): Promise<Proof['verdict']> {
    let underWay = this.#flights.joined(userId)
    while (underWay !== null) {
      const proof = await underWay.catch(() => null)
      if (proof?.of === of) return proof.verdict
      underWay = this.#flights.joined(userId)
    }
    const proving = prove().then((verdict): Proof => ({ of, verdict }))
    return (await this.#flights.started(userId, proving)).verdict
  }
}
