import { AstBuilder, GherkinClassicTokenMatcher, Parser, compile } from '@cucumber/gherkin'

/** One scenario, or one example of one, with its background. */
export interface Scenario {
  readonly name: string
  readonly steps: readonly Step[]
}

interface Step {
  readonly text: string
  /** The rows of its table; none where it has none. */
  readonly rows: readonly (readonly string[])[]
}

/** What is done for each step whose text is like this, with what stands in the groups. */
export type Steps<World> = readonly (readonly [
  RegExp,
  (world: World, groups: readonly string[], rows: Step['rows']) => unknown,
])[]

/** The scenarios of a feature file. */
export function scenariosOf(text: string, file: string): readonly Scenario[] {
  let id = 0
  const newId = () => String((id += 1))
  const document = new Parser(new AstBuilder(newId), new GherkinClassicTokenMatcher()).parse(text)
  return compile(document, file, newId).map(({ name, steps }) => ({
    name,
    steps: steps.map(({ text: said, argument }) => ({
      text: said,
      rows: argument?.dataTable?.rows.map(({ cells }) => cells.map(({ value }) => value)) ?? [],
    })),
  }))
}

/** Plays a scenario, step by step. Throws where a step means nothing, or fails. */
export async function play<World>({ steps }: Scenario, meant: Steps<World>, world: World): Promise<void> {
  for (const { text, rows } of steps) {
    const [found] = meant.flatMap(([pattern, act]) => {
      const [, ...groups] = pattern.exec(text) ?? []
      return pattern.test(text) ? [() => act(world, groups, rows)] : []
    })
    if (found === undefined) throw new Error(`Nothing is meant by: ${text}`)
    await found()
  }
}
