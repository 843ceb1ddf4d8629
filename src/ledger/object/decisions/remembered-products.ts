import { referencesOf } from '../../../domain/purchases/products/items.ts'
import { referenceAccount } from '../../../domain/purchases/products/reference-account.ts'
import type { Register } from '../../../domain/purchases/register/register.ts'
import type { ProviderAccount } from '../../../domain/purchases/register/source-key.ts'
import type { ProductsOf } from '../../../domain/user/settling/beside-by-source.ts'
import type { UserState } from '../../../domain/user/user-state.ts'
import { type Memory, productKey } from '../../store/memory.ts'

/** The products of each account that a memory holds. */
export function rememberedProducts({ products }: Pick<Memory, 'products'>): ProductsOf {
  return (source) => {
    const account = referenceAccount(source)
    return (reference) => products.get(productKey(source.provider, account, reference))
  }
}

/**
 * Whether the catalog was asked for all references of a register: those of the user's sources are looked up with the user.
 * One that was not asked for may stand for a product, and may be the one that counts.
 */
export function areReferencesKnown(
  { sources }: UserState,
  source: ProviderAccount,
  register: Register,
  productsOf: ProductsOf,
): boolean {
  const ofAccount = [...sources.values()].filter(
    (one) =>
      one.source.provider === source.provider && referenceAccount(one.source) === referenceAccount(source),
  )
  const known = new Set(ofAccount.flatMap((one) => referencesOf(one.register)))
  const productOf = productsOf(source)
  return referencesOf(register).every((name) => known.has(name) || productOf(name) !== undefined)
}
