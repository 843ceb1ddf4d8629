/** The text at a place in JSON of any shape, `null` where there is none. */
export function textAt(json: unknown, ...path: readonly string[]): string | null {
  let found = json
  for (const name of path) {
    const isHolder = typeof found === 'object' && found !== null && Object.hasOwn(found, name)
    found = isHolder ? Reflect.get(found as object, name) : null
  }
  return typeof found === 'string' ? found : null
}
