import { atAppStore } from './app-store.ts'
import { atLemonSqueezy } from './lemonsqueezy.ts'
import { atOwnShop } from './own-shop.ts'
import { atPaddle } from './paddle.ts'
import { atPolar } from './polar.ts'
import { atShopify } from './shopify.ts'
import { atStripe } from './stripe.ts'
import type { Till } from './till.ts'

/** All that sell. */
export const ALL_TILLS: readonly Till[] = [
  atStripe,
  atPaddle,
  atPolar,
  atLemonSqueezy,
  atShopify,
  atOwnShop,
  atAppStore,
]
