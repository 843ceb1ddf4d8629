import { CLOCK, type Clock } from '../clock.ts'

/** Calls off what is still to come. */
export type Stop = () => void

/** What the pieces need of where they run: time, and whether somebody looks. */
export interface World {
  readonly clock: Clock
  /** Does something once, so many milliseconds from now. */
  readonly after: (ms: number, work: () => void) => Stop
  readonly isHidden: () => boolean
}

/** Of a browser; other places where React runs have no document. */
const { document: page } = globalThis as { readonly document?: { readonly hidden: boolean } }

export const BROWSER: World = {
  clock: CLOCK,
  after: (ms, work) => {
    const timer = setTimeout(work, ms)
    return () => clearTimeout(timer)
  },
  isHidden: () => page?.hidden ?? false,
}
