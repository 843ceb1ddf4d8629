import { PROBLEMS, type ProblemCode } from '../problems/problems.ts'
import { problem } from '../schemas/problem.ts'
import type { ComponentSchemas } from './component-schemas.ts'

type ProblemResponse = ReturnType<ProblemResponses['describe']>

/** What goes wrong, told once for each set of codes and referred to from the operations. */
export class ProblemResponses {
  readonly all: Record<string, ProblemResponse> = {}
  readonly #schemas: ComponentSchemas

  constructor(schemas: ComponentSchemas) {
    this.#schemas = schemas
  }

  /** One response for each status. */
  of(codes: readonly ProblemCode[]): Record<string, { readonly $ref: string }> {
    const byStatus = Object.groupBy(codes, (code) => PROBLEMS[code].status)
    return Object.fromEntries(
      Object.entries(byStatus).map(([status, ofStatus]) => [status, this.#refer(ofStatus)]),
    )
  }

  #refer(codes: readonly ProblemCode[]) {
    const inOrder = Object.keys(PROBLEMS).filter((code) =>
      codes.includes(code as ProblemCode),
    ) as ProblemCode[]
    const name = inOrder.map(pascalCase).join('_')
    this.all[name] ??= this.describe(inOrder)
    return { $ref: `#/components/responses/${name}` }
  }

  describe(codes: readonly ProblemCode[]) {
    return {
      description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('\n\n'),
      content: { 'application/problem+json': { schema: this.#schemas.of(problem, 'output') } },
    }
  }
}

function pascalCase(code: string): string {
  return code.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
