/** One structured line. `facts` must hold no token, secret, metadata or bare user id. */
export function log(
  level: 'info' | 'warn' | 'error',
  event: string,
  facts: Readonly<Record<string, unknown>>,
): void {
  console[level](JSON.stringify({ level, event, ...facts }))
}

/** An error and what caused it, without its stack. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const text = `${error.name}: ${error.message}`
  return error.cause === undefined ? text : `${text} (${errorText(error.cause)})`
}
