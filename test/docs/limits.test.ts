import { expect, it } from 'vitest'
import { isUserId } from '../../src/contract/is-user-id.ts'
import { sources } from '../structure/sources.ts'
import { pageAt, rowsOf } from './pages.ts'

const page = pageAt('docs/operating/limits.md')

/** What the page says, and which constant says so. */
const HELD: readonly (readonly [row: string, says: string, constant: string, value: number])[] = [
  ['body of a webhook', '2 MiB', 'BODY_BYTES_MAX', 2 * 1024 * 1024],
  ['body of a webhook', '1.75 MB', 'KEPT_BYTES_MAX', 1_750_000],
  ['body of a webhook', '2,048 characters', 'HEADER_LENGTH_MAX', 2048],
  ['body', '64 KiB', 'BODY_BYTES_MAX', 64 * 1024],
  ['body of an evaluation of flags', '16 KiB', 'BODY_BYTES_MAX', 16 * 1024],
  ['body', '64 Ki characters', 'CHARACTERS_MAX', 64 * 1024],
  ['`metadata`, `value`', '4 KiB', 'JSON_BYTES_MAX', 4096],
  ['`metadata`, `value`', '32 levels', 'JSON_DEPTH_MAX', 32],
  ['users whom one check or consumption names', '5', 'USERS_NAMED_MAX', 5],
  ['users whom one `POST /v4/checks` asks for', '100', 'USERS_ASKED_MAX', 100],
  ['a passport', '3,500 bytes', 'PASSPORT_BYTES_MAX', 3500],
  ['a passport', '200 `features`', 'FEATURES_MAX', 200],
  ['a passport', '600 s', 'PASSPORT_LIFE_MS_MAX', 600_000],
  ['keys of passports', '3', 'KEYS_MAX', 3],
  ['a page of a list', '1,000 rows', 'SCANNED_ROWS_MAX', 1000],
  ['token', '8 KiB', 'TOKEN_LENGTH_MAX', 8192],
  ['token', '2,048 characters', 'SCOPE_LENGTH_MAX', 2048],
  ['`…/ledger/verify` at once', '50,000', 'PROVED_AT_ONCE_MAX', 50_000],
  ['entitlements given by hand, live or to come', '1,000', 'LIVE_ENTITLEMENTS_MAX', 1000],
  ['of them by one order or subscription', '250', 'SOURCE_ENTITLEMENTS_MAX', 250],
  ['of them by one customer whose word alone names the user', '500', 'PAYER_ENTITLEMENTS_MAX', 500],
  ['features, archived ones too', '1,000', 'CATALOG_ROWS_MAX', 1000],
  ['products, archived ones too', '1,000', 'CATALOG_ROWS_MAX', 1000],
  ['open reservations', '1,000', 'OPEN_RESERVATIONS_MAX', 1000],
  ['holders of what is held', '10,000', 'HOLDERS_MAX', 10_000],
  ['`metadata` of a consumption', '1 KiB', 'METADATA_BYTES_MAX', 1024],
  ['members of a list that is united with others', '100', 'UNITED_MAX', 100],
  ['changes that wait at once', '512', 'WAITING_MAX', 512],
  ['changes that wait at once', 'fifty', 'GROUP_MAX', 50],
  ['bodies that are dropped', '500', 'BODIES_DROPPED_MAX', 500],
  ['receipts that are dropped', '20,000', 'DROPPED_AT_ONCE', 1000],
  ['receipts that are dropped', '20,000', 'STATEMENTS_MAX', 20],
  ['attempts at an event', '8', 'ATTEMPTS_MAX', 8],
]

/** The values that the constants of a name have in all of `src`. */
function valuesOf(constant: string): readonly number[] {
  const pattern = new RegExp(`\\bconst ${constant} = ([0-9_* ]+)$`, 'gm')
  const texts = [...sources.values()].flatMap((text) => [...text.matchAll(pattern)])
  return texts.map(([, product = '']) =>
    product
      .replaceAll('_', '')
      .split('*')
      .reduce((all, factor) => all * Number(factor), 1),
  )
}

it.each(HELD)('%s: %s is what %s says', (row, says, constant, value) => {
  expect(rowsOf(page).find(([what]) => what === row)?.[1]).toContain(says)
  expect(valuesOf(constant)).toContain(value)
})

it('a user id is as long as the page says', () => {
  const [, says] = rowsOf(page).find(([what]) => what === 'user id') ?? []
  expect(says).toContain('200 visible ASCII characters')
  expect([isUserId('x'.repeat(200)), isUserId('x'.repeat(201)), isUserId('a b')]).toEqual([
    true,
    false,
    false,
  ])
})

it('a register is as bounded as the page says', () => {
  expect(page).toMatch(/six periods, sixty payments, 300 refunds of money, five sets of items, and 24 each/)
  for (const [constant, value] of [
    ['PERIODS_MAX', 6],
    ['PAYMENTS_MAX', 60],
    ['REFUNDS_MAX', 300],
    ['ITEM_SETS_MAX', 5],
    ['OTHERS_MAX', 24],
  ] as const) {
    expect(valuesOf(constant)).toContain(value)
  }
})
