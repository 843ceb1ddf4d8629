/** Reads the text of a variable. Throws `Unfit` where it means nothing. */
export type Rule<Value> = (text: string) => Value

/** A variable: its value, or `Unfit`. */
type Variable<Value> = (found: unknown) => Value

export type Variables = Readonly<Record<string, Variable<unknown>>>

export type ValuesOf<All extends Variables> = { readonly [Name in keyof All]: ReturnType<All[Name]> }

/** Why a variable cannot be used. Its message goes on from the name of the variable, and holds no part of its text. */
export class Unfit extends Error {
  override readonly name = 'Unfit'
  /** Where in the variable. */
  readonly path: readonly (string | number)[]

  constructor(message: string, path: readonly (string | number)[] = []) {
    super(message)
    this.path = path
  }
}

export function need<Value>(rule: Rule<Value>): Variable<Value> {
  return (found) => {
    if (found === undefined) throw new Unfit('is missing')
    return readBy(rule, found)
  }
}

export function withDefault<Value, const Default>(
  rule: Rule<Value>,
  otherwise: Default,
): Variable<Value | Default> {
  return (found) => (found === undefined ? otherwise : readBy(rule, found))
}

/** An empty text is none: nothing else takes away locally what `wrangler.toml` says. */
export function unlessEmpty<Value>(rule: Rule<Value>): Rule<Value | null> {
  return (text) => (text === '' ? null : rule(text))
}

/** The values of the variables that `env` has, and what is wrong with the others. */
export function readVariables<All extends Variables>(
  variables: All,
  env: object,
): { readonly values: ValuesOf<All>; readonly problems: readonly string[] } {
  const values: Record<string, unknown> = {}
  const problems: string[] = []
  for (const [name, read] of Object.entries(variables)) {
    try {
      values[name] = read(Reflect.get(env, name))
    } catch (error) {
      if (!(error instanceof Unfit)) throw error
      problems.push(`${[name, ...error.path].join('.')} ${error.message}`)
    }
  }
  // Whoever reads a value makes sure first that there are no problems.
  return { values: values as ValuesOf<All>, problems }
}

function readBy<Value>(rule: Rule<Value>, found: unknown): Value {
  if (typeof found !== 'string') throw new Unfit('is not a text')
  return rule(found)
}
