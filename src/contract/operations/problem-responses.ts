import type * as z from 'zod'
import { PROBLEMS, type ProblemCode } from '../problems/problems.ts'
import { problem } from '../schemas/problem.ts'
import type { ComponentSchemas } from './component-schemas.ts'
import type { Operation } from './operation.ts'

type ProblemResponse = ReturnType<ProblemResponses['describe']>

/** What goes wrong, told once for each set of codes and referred to from the operations. */
export class ProblemResponses {
  readonly all: Record<string, ProblemResponse> = {}
  readonly #schemas: ComponentSchemas

  constructor(schemas: ComponentSchemas) {
    this.#schemas = schemas
  }

  /** One response for each status. */
  of(
    codes: readonly ProblemCode[],
    failure: Operation['failure'],
  ): Record<string, { readonly $ref: string }> {
    const byStatus = Object.groupBy(codes, (code) => PROBLEMS[code].status)
    return Object.fromEntries(
      Object.entries(byStatus).map(([status, ofStatus]) => {
        const isFailure = failure?.statuses.includes(Number(status)) ?? false
        return [status, this.#refer(ofStatus, isFailure ? failure?.schema : undefined)]
      }),
    )
  }

  #refer(codes: readonly ProblemCode[], failure: z.ZodType | undefined) {
    const inOrder = Object.keys(PROBLEMS).filter((code) =>
      codes.includes(code as ProblemCode),
    ) as ProblemCode[]
    const name = `${inOrder.map(pascalCase).join('_')}${failure === undefined ? '' : '_AsFailure'}`
    this.all[name] ??= this.describe(inOrder, failure)
    return { $ref: `#/components/responses/${name}` }
  }

  describe(codes: readonly ProblemCode[], failure: z.ZodType | undefined) {
    const type = failure === undefined ? 'application/problem+json' : 'application/json'
    return {
      description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('\n\n'),
      content: { [type]: { schema: this.#schemas.of(failure ?? problem, 'output') } },
    }
  }
}

function pascalCase(code: string): string {
  return code.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
