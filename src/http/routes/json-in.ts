/** Says where a text stops being JSON, in words for who has sent it. */
export class NotJson extends Error {
  override readonly name = 'NotJson'
}

/** What a JSON text says. Throws `NotJson`. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new NotJson(`is not JSON: ${placeIn(text, error instanceof Error ? error.message : '')}`)
  }
}

/** V8 names the place of most mistakes, and of the others the character. */
function placeIn(text: string, message: string): string {
  const [, position] = /at position (\d+)/.exec(message) ?? []
  if (position === undefined) {
    const [, token] = /^Unexpected token '(.*?)', /s.exec(message) ?? []
    return token === undefined ? 'at the end something is missing' : `unexpected ${JSON.stringify(token)}`
  }
  if (Number(position) >= text.length) return 'at the end something is missing'
  const before = text.slice(0, Number(position)).split('\n')
  return `at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`
}
