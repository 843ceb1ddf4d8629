/** A part of a word: a text, what a variable holds, or what commands print. */
type Part =
  | { readonly type: 'text'; readonly text: string; readonly isQuoted: boolean }
  | { readonly type: 'variable'; readonly name: string; readonly isQuoted: boolean }
  | { readonly type: 'output'; readonly script: Script; readonly isQuoted: boolean }

type Word = readonly Part[]

interface Command {
  readonly assignments: readonly (readonly [string, Word])[]
  readonly words: readonly Word[]
  /** As it is written. */
  readonly text: string
}

interface Pipeline {
  readonly type: 'pipeline'
  readonly commands: readonly Command[]
}

interface Definition {
  readonly type: 'function'
  readonly name: string
  readonly body: Script
}

export type Script = readonly (Pipeline | Definition)[]

/**
 * Reads the plain shell of the pages: words and quotes, variables, `$(…)`, pipes, and functions. Throws at whatever it does
 * not know, at a comment, which zsh takes for arguments, and at what zsh would look for among files.
 */
export function parseShell(text: string): Script {
  const reader = new ShellReader(text)
  const script = reader.script('')
  if (!reader.isAtEnd) throw new Error(`Not read: ${reader.rest}`)
  return script
}

/** The commands of a script as they are written, also those within functions and `$(…)`. */
export function commandsIn(script: Script): readonly string[] {
  return script.flatMap((statement) => {
    if (statement.type === 'function') return commandsIn(statement.body)
    return statement.commands.flatMap(({ assignments, words, text }) => {
      const all = [...assignments.map(([, value]) => value), ...words]
      const within = all.flatMap((word) =>
        word.flatMap((part) => (part.type === 'output' ? commandsIn(part.script) : [])),
      )
      return words.length === 0 ? within : [text, ...within]
    })
  })
}

/** The names of the functions that a script defines. */
export function functionsIn(script: Script): readonly string[] {
  return script.flatMap((statement) => (statement.type === 'function' ? [statement.name] : []))
}

class ShellReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length
  }

  get rest(): string {
    return this.#text.slice(this.#at, this.#at + 40)
  }

  /** Statements up to `end`, which is not taken. */
  script(end: '' | ')' | '}'): Script {
    const statements: (Pipeline | Definition)[] = []
    for (;;) {
      this.#skip(/[ \t\n;]|\\\n/y)
      if (this.isAtEnd || (end !== '' && this.#text[this.#at] === end)) return statements
      const name = this.#take(/([a-z_]\w*)\(\) *\{/y)?.[1]
      if (name === undefined) {
        statements.push(this.#pipeline())
        continue
      }
      statements.push({ type: 'function', name, body: this.script('}') })
      this.#expect('}')
    }
  }

  #pipeline(): Pipeline {
    const commands = [this.#command()]
    while (this.#take(/ *\| */y) !== null) commands.push(this.#command())
    return { type: 'pipeline', commands }
  }

  #command(): Command {
    const start = this.#at
    const assignments: (readonly [string, Word])[] = []
    const words: Word[] = []
    for (;;) {
      this.#skip(/[ \t]|\\\n/y)
      if (this.isAtEnd || /[\n;|)}]/.test(this.#text[this.#at] ?? '')) break
      if (this.#text[this.#at] === '#') throw new Error(`A comment, which zsh does not know: ${this.rest}`)
      const name = words.length === 0 ? this.#take(/([A-Z_]+)=/y)?.[1] : undefined
      if (name === undefined) words.push(this.#word())
      else assignments.push([name, this.#word()])
    }
    const text = this.#text.slice(start, this.#at).trim()
    if (text === '') throw new Error(`No command: ${this.rest}`)
    return { assignments, words, text }
  }

  #word(): Word {
    const parts: Part[] = []
    for (;;) {
      const single = this.#take(/'([^']*)'/y)?.[1]
      if (single !== undefined) {
        parts.push({ type: 'text', text: single, isQuoted: true })
      } else if (this.#take(/"/y) !== null) {
        parts.push({ type: 'text', text: '', isQuoted: true }, ...this.#quoted())
        this.#expect('"')
      } else {
        const part = this.#expansion(false) ?? this.#bare()
        if (part === null) return parts
        parts.push(part)
      }
    }
  }

  /** What stands between double quotes. */
  #quoted(): readonly Part[] {
    const parts: Part[] = []
    for (;;) {
      const expansion = this.#expansion(true)
      const text = expansion === null ? this.#take(/(?:[^"$\\]|\\[\s\S])+/y)?.[0] : undefined
      if (expansion !== null) parts.push(expansion)
      else if (text === undefined) return parts
      else parts.push({ type: 'text', text: text.replaceAll(/\\([\\"$`])/g, '$1'), isQuoted: true })
    }
  }

  #expansion(isQuoted: boolean): Part | null {
    const name = this.#take(/\$(?:(\w+|@)|\{(\w+)\})/y)
    if (name !== null) return { type: 'variable', name: name[1] ?? name[2] ?? '', isQuoted }
    if (this.#take(/\$\(/y) === null) return null
    const script = this.script(')')
    this.#expect(')')
    return { type: 'output', script, isQuoted }
  }

  #bare(): Part | null {
    const text = this.#take(/[^\s'"$;|(){}<>&\\]+/y)?.[0]
    if (text === undefined) {
      if (/[<>&({\\]/.test(this.#text[this.#at] ?? '')) throw new Error(`Not plain enough: ${this.rest}`)
      return null
    }
    if (/[?*[\]!~]/.test(text)) throw new Error(`zsh looks for files by what is not quoted: ${text}`)
    return { type: 'text', text, isQuoted: false }
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const match = pattern.exec(this.#text)
    if (match !== null) this.#at = pattern.lastIndex
    return match
  }

  #skip(pattern: RegExp): void {
    while (this.#take(pattern) !== null);
  }

  #expect(text: string): void {
    if (!this.#text.startsWith(text, this.#at)) throw new Error(`No "${text}" at: ${this.rest}`)
    this.#at += text.length
  }
}

/** A program: what it is called with and what is piped into it; what it prints. */
export type Program = (args: readonly string[], input: string) => Promise<string>

/** A terminal in which the scripts of one page are run, one after another. */
export class Terminal {
  readonly #programs: ReadonlyMap<string, Program>
  readonly #variables = new Map<string, string>()
  readonly #functions = new Map<string, Script>()

  constructor(programs: Readonly<Record<string, Program>>) {
    this.#programs = new Map(Object.entries(programs))
  }

  /** Runs a script, and answers what it prints. */
  async run(script: Script, args: readonly string[] = []): Promise<string> {
    let printed = ''
    for (const statement of script) {
      if (statement.type === 'function') {
        this.#functions.set(statement.name, statement.body)
        continue
      }
      let output = ''
      for (const command of statement.commands) output = await this.#runCommand(command, args, output)
      printed += output
    }
    return printed
  }

  async #runCommand(
    { assignments, words }: Command,
    args: readonly string[],
    input: string,
  ): Promise<string> {
    for (const [name, value] of assignments) {
      this.#variables.set(name, (await this.#expanded(value, args)).join(' '))
    }
    const expanded: string[] = []
    for (const word of words) expanded.push(...(await this.#expanded(word, args)))
    const [name, ...its] = expanded
    if (name === undefined) return ''
    const body = this.#functions.get(name)
    if (body !== undefined) return this.run(body, its)
    const program = this.#programs.get(name)
    if (program === undefined) throw new Error(`Nothing here is called ${name}`)
    return program(its, input)
  }

  async #expanded(word: Word, args: readonly string[]): Promise<readonly string[]> {
    if (word.some((part) => part.type === 'variable' && part.name === '@')) return args
    const texts: string[] = []
    for (const part of word) texts.push(await this.#textOf(part, args))
    return [texts.join('')]
  }

  async #textOf(part: Part, args: readonly string[]): Promise<string> {
    if (part.type === 'text') return part.text
    if (part.type === 'output') return (await this.run(part.script, args)).replace(/\n+$/, '')
    const value = /^\d$/.test(part.name) ? args[Number(part.name) - 1] : this.#variables.get(part.name)
    if (value === undefined) throw new Error(`Nobody has set $${part.name}`)
    return value
  }
}
