import type { Share } from '../domain/catalog/share.ts'
import { givesLess } from '../domain/purchases/products/gives-less.ts'
import type { ProductFeature } from '../domain/purchases/products/product.ts'
import type { Instant } from '../domain/values/instant.ts'

interface Offered {
  readonly features: readonly ProductFeature[]
  readonly everyone?: Share | undefined
  readonly archivedAt: Instant | null
}

/**
 * Whether somebody who has a product as one of everybody loses something of it. Of another seed somebody does, unless all
 * have it.
 */
export function takesFromEverybody(before: Offered | null, after: Offered): boolean {
  const had = before === null ? null : shareOf(before)
  if (before === null || had === null) return false
  const has = shareOf(after)
  return has === null || isSmaller(has, had) || givesLess([before], [after])
}

/** Who has it, `null` where nobody does. */
function shareOf({ everyone, archivedAt }: Offered): Share | null {
  return everyone === undefined || everyone.percent === 0 || archivedAt !== null ? null : everyone
}

function isSmaller(share: Share, than: Share): boolean {
  return share.percent < than.percent || (share.percent < 100 && share.seed !== than.seed)
}
