import type * as z from 'zod'
import type { ProblemError } from '../app/problems/problem-error.ts'
import type { CallServices } from '../app/services.ts'
import { type Call, type IncomingCall, answerCall } from './answer-call.ts'

/** The calls of one caller: who may, what is let through, and the work. */
export abstract class BoundCalls {
  readonly #props: unknown
  readonly #services: CallServices | ProblemError

  constructor(props: unknown, services: CallServices | ProblemError) {
    this.#props = props
    this.#services = services
  }

  protected answer<Schema extends z.ZodType, Answer extends object>(
    operation: IncomingCall<Schema>['operation'],
    schema: Schema,
    asked: unknown,
    work: (call: Call<Schema>) => Promise<Answer>,
  ): Promise<Answer> {
    return answerCall({ operation, schema, asked, props: this.#props, services: this.#services }, work)
  }
}
