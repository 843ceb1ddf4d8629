import { type Duration, type Product, RETIRED } from '../../domain/purchases/products/product.ts'

/** What stands for a reference. Of one that was taken out of the catalog all is `null`. */
export interface ProductRow {
  readonly id: string | null
  readonly features: string | null
  readonly duration: string | null
  readonly archivedAt: number | null
}

export function rowToProduct({ id, features, duration, archivedAt }: ProductRow): Product {
  if (id === null || features === null) return RETIRED
  const lasting = duration === null ? {} : { duration: JSON.parse(duration) as Duration }
  const archived = archivedAt === null ? {} : { isArchived: true }
  return { id, features: JSON.parse(features) as Product['features'], ...lasting, ...archived }
}
