import * as z from 'zod'
import { type ChangePlace, changePage } from '../../catalog/change-page.ts'
import { type PageQuery, pageOf } from '../paging/page.ts'
import type { AppServices } from '../services.ts'
import { changeToWire } from '../wire/catalog-to-wire.ts'

interface ChangesQuery extends PageQuery {
  readonly order: 'oldest' | 'newest'
}

/** Every change of features and products. */
export function listCatalogChanges(
  { db, cursors }: Pick<AppServices, 'db' | 'cursors'>,
  { order, ...page }: ChangesQuery,
) {
  return pageOf(
    cursors,
    {
      of: { catalogChanges: order },
      read: (request) => changePage(db, { order, ...request }),
      placeOf: ({ version, kind, key }): ChangePlace => [version, kind, key],
      place: z.tuple([z.int(), z.string(), z.string()]),
      toWire: changeToWire,
    },
    page,
  )
}
