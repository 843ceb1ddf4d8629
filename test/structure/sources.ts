const texts: Record<string, string> = import.meta.glob('../../src/**/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
})

/** The text of every file of `src`, by its path in there. */
export const sources: ReadonlyMap<string, string> = new Map(
  Object.entries(texts).map(([path, text]) => [path.replace('../../src/', ''), text]),
)

/** The path in `src` that a file imports by a relative specifier. */
export function resolved(file: string, specifier: string): string {
  return new URL(specifier, `file:///src/${file}`).pathname.replace('/src/', '')
}

/** What a file imports: files of `src` by their path in there, packages by their name. */
export function importsOf(file: string, text: string): readonly string[] {
  const specifiers = [...text.matchAll(/\b(?:from|import)\s*\(?'([^']+)'/g)].map(
    ([, specifier = '']) => specifier,
  )
  return specifiers.map((specifier) => (specifier.startsWith('.') ? resolved(file, specifier) : specifier))
}
