/** The feature that everybody has. */
export const FEATURE = 'bench-feature'

/** The feature of which some have a lot. */
export const METERED = 'bench-credits'

/** Spends that at a rate. */
export const PRICED = 'priced'

/** Of that some hold leases. */
export const STREAMS = 'bench-streams'

/** More than an isolate remembers: of 20,000 users, none is found in memory when all are asked for in turn. */
const STRANGERS = 21_000

const CHANGED_MAX = 500

export const users = {
  /** Few, so that all of them are in memory. */
  checked: named('check', 100),
  /** As many as are changed in one turn, so that nobody is changed twice within a second, as none is in life. */
  granted: named('grant', CHANGED_MAX),
  subscribed: named('hook', CHANGED_MAX),
  strangers: named('stranger', STRANGERS),
  hot: 'hot-00000',
}

/** All bear names of one length, so that answers about them are as long as each other. */
function named(prefix, count) {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(5, '0')}`)
}

/** Gives out a list one after another, again and again. */
export function ring(list) {
  let index = -1
  return () => {
    index = (index + 1) % list.length
    return list[index]
  }
}
