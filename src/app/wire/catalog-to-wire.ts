import type { CatalogChange } from '../../catalog/change-page.ts'
import type { CatalogFeature } from '../../catalog/features.ts'
import { type CatalogProduct, askedFeatures } from '../../catalog/products.ts'
import type { Share } from '../../domain/catalog/share.ts'
import { type Spends, isMetered } from '../../domain/entitlements/feature.ts'
import { textToSpends } from '../../ledger/store/catalog/feature-row.ts'
import { instantToWire } from './wire.ts'

export function featureToWire(feature: CatalogFeature) {
  const { key, type, name, combine, disabledAt, archivedAt, version } = feature
  const ofMetered = isMetered(feature) ? amountsToWire(feature) : {}
  const ofConfig = type === 'config' ? { combine } : {}
  const at = instantToWire(archivedAt)
  return { key, type, name, ...ofMetered, ...ofConfig, enabled: disabledAt === null, archivedAt: at, version }
}

function amountsToWire({ unit, overage, held, windowMs, spends, overageMax }: CatalogFeature) {
  return {
    unit,
    overage,
    ...(held ? { held } : {}),
    ...(windowMs === null ? {} : { windowSeconds: windowMs / 1000 }),
    ...(spends === null ? {} : spendsToWire(textToSpends(spends))),
    ...(overageMax === null ? {} : { overageMax }),
  }
}

function spendsToWire({ feature, rate, requiresRight }: Spends) {
  return { spends: feature, cost: rate, requiresRight }
}

export function productToWire({ features, everyone, archivedAt, ...product }: CatalogProduct) {
  return {
    ...product,
    features: askedFeatures(features),
    ...(everyone === undefined ? {} : { everyone: shareToWire(everyone, product.id) }),
    archivedAt: instantToWire(archivedAt),
  }
}

/** As it was sent: the seed is the product's id when it is left out, and all users are `true`. */
function shareToWire({ percent, seed }: Share, productId: string) {
  if (seed !== productId) return { percent, seed }
  return percent === 100 ? (true as const) : { percent }
}

export function changeToWire({ version, at, actor, reason, ...change }: CatalogChange) {
  const { kind, key } = change
  const what = change.kind === 'feature' ? featureToWire(change.what) : productToWire(change.what)
  return { version, at: instantToWire(at), actor, reason, kind, key, what }
}
