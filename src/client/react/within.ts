import type { World } from './world.ts'

/** What is asked with a signal, for so many milliseconds at most, and unless somebody calls it off. Rejects where there is no answer. */
export async function within<Answer>(
  ms: number,
  ask: (signal: AbortSignal) => Promise<Answer>,
  { after }: World,
  outer: AbortSignal,
): Promise<Answer> {
  const own = new AbortController()
  const signal = AbortSignal.any([own.signal, outer])
  signal.throwIfAborted()
  const stop = after(ms, () => own.abort())
  const over = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error))
  })
  return Promise.race([ask(signal), over]).finally(stop)
}
