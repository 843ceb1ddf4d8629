import { accessBy, accessByCatalogAlone } from '../domain/user/access-by-catalog.ts'
import { accessFrom } from '../domain/user/snapshot.ts'

/**
 * The rules by which copies are evaluated. They come with the first catalog that an isolate finds, so that one that starts
 * evaluates them while KV is asked.
 */
export const ACCESS_RULES = { accessBy, accessByCatalogAlone, accessFrom }

export type AccessRules = typeof ACCESS_RULES
