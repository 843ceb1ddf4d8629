import * as z from 'zod'
import {
  catalogQuery,
  feature,
  featureList,
  productInFull,
  productList,
  putFeatureBody,
  putProductBody,
  putProductQuery,
} from '../schemas/catalog.ts'
import { featureKey, productId } from '../schemas/primitives.ts'
import { WHO } from '../who.ts'
import { versionOnly, WRITE_PROBLEMS } from './change-parts.ts'
import type { Operation } from './operation.ts'

const ofFeature = z.object({ key: featureKey })
const ofProduct = z.object({ productId })

/** Features and products. */
export const CATALOG_OPERATIONS = {
  putFeature: {
    method: 'put',
    path: '/v4/features/{key}',
    tag: 'Catalog',
    summary: 'Create or rename a feature',
    who: WHO.writesCatalog,
    params: ofFeature,
    headers: versionOnly,
    body: putFeatureBody,
    answers: {
      200: { description: 'It was there', schema: feature, headers: ['ETag'] },
      201: { description: 'Created', schema: feature, headers: ['ETag'] },
    },
    problems: ['feature_type_differs', 'precondition_failed', ...WRITE_PROBLEMS],
  },
  getFeature: {
    method: 'get',
    path: '/v4/features/{key}',
    tag: 'Catalog',
    summary: 'One feature',
    who: WHO.readsCatalog,
    params: ofFeature,
    answers: { 200: { description: 'As it is now', schema: feature, headers: ['ETag'] } },
    problems: ['feature_not_found', 'ledger_unavailable'],
  },
  archiveFeature: {
    method: 'delete',
    path: '/v4/features/{key}',
    tag: 'Catalog',
    summary: 'Archive a feature: it takes no new entitlements',
    who: WHO.writesCatalog,
    params: ofFeature,
    headers: versionOnly,
    answers: { 200: { description: 'Archived', schema: feature, headers: ['ETag'] } },
    problems: ['feature_not_found', 'precondition_failed', ...WRITE_PROBLEMS],
  },
  listFeatures: {
    method: 'get',
    path: '/v4/features',
    tag: 'Catalog',
    summary: 'All features',
    who: WHO.readsCatalog,
    query: catalogQuery,
    answers: { 200: { description: 'A page, in the order of their keys', schema: featureList } },
    problems: ['ledger_unavailable'],
  },
  putProduct: {
    method: 'put',
    path: '/v4/products/{productId}',
    tag: 'Catalog',
    summary: 'Create or replace a product',
    who: WHO.writesCatalog,
    params: ofProduct,
    query: putProductQuery,
    headers: versionOnly,
    body: putProductBody,
    answers: {
      200: { description: 'Replaced', schema: productInFull, headers: ['ETag'] },
      201: { description: 'Created', schema: productInFull, headers: ['ETag'] },
    },
    problems: [
      'reference_taken',
      'would_revoke',
      'precondition_failed',
      'feature_unknown',
      'feature_archived',
      'value_missing',
      'value_not_allowed',
      'amount_missing',
      'amount_not_allowed',
      ...WRITE_PROBLEMS,
    ],
  },
  getProduct: {
    method: 'get',
    path: '/v4/products/{productId}',
    tag: 'Catalog',
    summary: 'One product',
    who: WHO.readsCatalog,
    params: ofProduct,
    answers: { 200: { description: 'As it is now', schema: productInFull, headers: ['ETag'] } },
    problems: ['product_not_found', 'ledger_unavailable'],
  },
  archiveProduct: {
    method: 'delete',
    path: '/v4/products/{productId}',
    tag: 'Catalog',
    summary: 'Archive a product: it is no longer sold, and what was bought stays',
    who: WHO.writesCatalog,
    params: ofProduct,
    headers: versionOnly,
    answers: { 200: { description: 'Archived', schema: productInFull, headers: ['ETag'] } },
    problems: ['product_not_found', 'precondition_failed', ...WRITE_PROBLEMS],
  },
  listProducts: {
    method: 'get',
    path: '/v4/products',
    tag: 'Catalog',
    summary: 'All products',
    who: WHO.readsCatalog,
    query: catalogQuery,
    answers: { 200: { description: 'A page, in the order of their ids', schema: productList } },
    problems: ['ledger_unavailable'],
  },
} as const satisfies Record<string, Operation>
