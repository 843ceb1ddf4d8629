import type { CatalogFeature } from '../../catalog/features.ts'
import { type CatalogProduct, askedFeatures } from '../../catalog/products.ts'
import { isMetered } from '../../domain/entitlements/feature.ts'
import { instantToWire } from './wire.ts'

export function featureToWire(feature: CatalogFeature) {
  const { key, type, name, unit, overage, archivedAt, version } = feature
  const ofMetered = isMetered(feature) ? { unit, overage } : {}
  return { key, type, name, ...ofMetered, archivedAt: instantToWire(archivedAt), version }
}

export function productToWire({ features, archivedAt, ...product }: CatalogProduct) {
  return {
    ...product,
    features: askedFeatures(features),
    archivedAt: instantToWire(archivedAt),
  }
}
