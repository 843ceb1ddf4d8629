import type { NameWriter } from '../../domain/purchases/register/fact.ts'

/** A field by which a payload names a user, who can have written it, and the page that says so. */
interface NamingField {
  readonly writer: NameWriter
  readonly source: string
}

/**
 * Every field by which a provider's payload names a user, by its path. What a buyer can write in an address, a form or a
 * browser is the buyer's, also where most shops let their server write it.
 */
export type NamingFields = Readonly<Record<string, NamingField>>
