import type { CatalogFeature } from '../../catalog/features.ts'
import { type CatalogProduct, askedFeatures } from '../../catalog/products.ts'
import { instantToWire } from './wire.ts'

export function featureToWire({ key, type, name, unit, overage, archivedAt, version }: CatalogFeature) {
  const ofMetered = type === 'metered' ? { unit, overage } : {}
  return { key, type, name, ...ofMetered, archivedAt: instantToWire(archivedAt), version }
}

export function productToWire({ features, archivedAt, ...product }: CatalogProduct) {
  return {
    ...product,
    features: askedFeatures(features),
    archivedAt: instantToWire(archivedAt),
  }
}
