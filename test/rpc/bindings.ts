import { type WorkerEntrypoint, env, exports } from 'cloudflare:workers'
import { SCOPES } from '../../src/contract/scopes.ts'
import type { BindingProps } from '../../src/rpc/binding.ts'

type Worker = typeof import('../../src/worker.ts')

/**
 * The methods as they are written. The types of a binding would have to walk through what a call carries over, and
 * JSON has no end.
 */
export type Methods = Omit<InstanceType<Worker['Entitlements']>, keyof WorkerEntrypoint>

const EVERYTHING: BindingProps = { scopes: SCOPES }

/** The Worker that all tests of the file share, over a service binding. */
export function aBinding(props: BindingProps = EVERYTHING): Methods {
  return aBindingWith(props)
}

/** A binding whose `props` somebody got wrong. */
export function aBindingWith(props: object | undefined): Methods {
  const options = props === undefined ? {} : { props: props as BindingProps }
  const bound: unknown = exports.Entitlements(options)
  return bound as Methods
}

let isolates = 0

/** The methods in a new isolate with other bindings and variables. Nothing lies between: what is thrown is thrown here. */
export async function anEntrypoint(bindings: Readonly<Record<string, unknown>>, props = EVERYTHING) {
  isolates += 1
  // Under another name the module is loaded once more.
  const { Entitlements }: Worker = await import(
    /* @vite-ignore */ `../../src/worker.ts?entrypoint=${isolates}`
  )
  return new Entitlements({ props } as ExecutionContext<BindingProps>, { ...env, ...bindings })
}

/** All that a caller can see of what was thrown. */
export async function thrownBy(call: Promise<unknown>) {
  const error: unknown = await call.then(
    (answer) => answer,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof Error)) throw new Error(`Nothing was thrown but ${JSON.stringify(error)}`)
  const { remote: _remote, name, ...problem } = Object.fromEntries(Object.entries(error))
  return { name, message: error.message, problem }
}
