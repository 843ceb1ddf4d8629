import type { CallInput, Door, Reply } from './door.ts'
import { LedgerError, errorOf, isProblem } from './ledger-error.ts'
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
      return { body, at: Date.parse(String(answeredAt)) }
    } catch (error) {
      const problem = isProblem(error) ? membersOf(error) : problemIn(error)
      throw isProblem(problem) ? errorOf(problem) : new LedgerError({ code: 'no_answer', cause: error })
    }
  }
}

/** The problem alone, of an error whose own properties the runtime has carried over. */
function membersOf(error: object): object {
  const {
    name: _name,
    message: _message,
    stack: _stack,
    remote: _remote,
    ...problem
  } = { ...error } as CallInput
  return problem
}

/** Where the runtime carries over the message alone, its last line is the whole problem. */
function problemIn(error: unknown): unknown {
  try {
    return JSON.parse(String(error).split('\n').at(-1) ?? '')
  } catch {
    return null
  }
}
