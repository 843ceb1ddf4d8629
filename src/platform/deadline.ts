/** How long D1 may take before it counts as not answering. It has been seen to stall for a minute. */
export const D1_TIMEOUT_MS = 5_000

/** Nobody answered in time. What was asked for may still happen. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/** Rejects with `NoAnswer` when the promise has not settled in time. What it waited for goes on: it cannot be called back. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | null = null
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswer(`No answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([promise, deadline])
  } finally {
    clearTimeout(timer)
  }
}
