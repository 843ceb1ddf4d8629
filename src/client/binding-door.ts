import type { CallInput, Door, Reply } from './door.ts'
import { errorOf } from './ledger-error.ts'
import type { CallName } from './routes.ts'

export interface BindingOptions {
  /** The service binding to the entrypoint `Entitlements` of the ledger, such as `env.ENTITLEMENTS`. */
  readonly binding: object
}

type Methods = Readonly<Record<CallName, (asked: CallInput) => Promise<CallInput>>>

/** The ledger over a service binding. */
export class BindingDoor implements Door {
  readonly #methods: Methods

  constructor({ binding }: BindingOptions) {
    this.#methods = binding as Methods
  }

  /** A call over a binding cannot be called off: who has no more time leaves it alone. */
  async call(name: CallName, asked: CallInput): Promise<Reply> {
    try {
      const method = name.replace('Any', '') as CallName
      const answer = await this.#methods[method](asked)
      // Over HTTP that is a header, and no part of what is answered.
      const { answeredAt, ...body } = answer
      return { body, at: Date.parse(answeredAt as string) }
    } catch (cause) {
      throw errorOf(problemIn(cause), { cause })
    }
  }
}

/** The last line of what is thrown is the whole problem: the message is all that every runtime carries over. */
function problemIn(thrown: unknown): unknown {
  try {
    return JSON.parse(String(thrown).split('\n').at(-1) as string)
  } catch {
    return null
  }
}
