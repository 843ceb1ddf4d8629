import { env } from 'cloudflare:workers'

type Worker = typeof import('../../src/worker.ts')

let isolates = 0

/** A new isolate of the Worker, which remembers nothing yet; with other bindings and variables where told. */
export async function anIsolate(
  bindings: Readonly<Record<string, unknown>> = {},
): Promise<(request: Request) => Promise<Response>> {
  isolates += 1
  // Under another name the module is loaded once more.
  const { default: worker }: Worker = await import(
    /* @vite-ignore */ `../../src/worker.ts?isolate=${isolates}`
  )
  const its = { ...env, ...bindings }
  return (request) => worker.fetch(request as Parameters<typeof worker.fetch>[0], its)
}

/** A D1 that takes every statement and then ends in this error. */
export function aBrokenD1(message: string) {
  const fail = () => Promise.reject(new Error(message))
  const statement = { bind: () => statement, all: fail, run: fail, raw: fail, first: fail }
  return { prepare: () => statement, batch: fail }
}
