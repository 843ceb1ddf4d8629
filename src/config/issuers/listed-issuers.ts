import { readVariables } from '../variable.ts'
import { contradictions } from './contradictions.ts'
import { MEMBERS } from './issuer-table.ts'
import { isTable } from './members.ts'
import { confusions } from './prefixes.ts'
import { PRESETS } from './presets.ts'
import { type WholeIssuer, wholeIssuer } from './whole-issuer.ts'

interface Listed {
  readonly issuers: readonly WholeIssuer[]
  readonly problems: readonly string[]
}

/** The issuers that `JWT_ISSUERS` lists, and what is wrong with those that cannot be used. No problem tells a value. */
export function listedIssuers(found: unknown): Listed {
  const tables = tablesIn(found)
  if (tables.length === 0) return { issuers: [], problems: ['JWT_ISSUERS lists none'] }
  const listed = tables.map((table, place) => listedAt(`JWT_ISSUERS.${place}`, table))
  const issuers = listed.flatMap((one) => one.issuers)
  const problems = [...listed.flatMap((one) => one.problems), ...confusions(issuers)]
  const prefixes = new Set(issuers.map(({ usersPrefix }) => usersPrefix).filter((prefix) => prefix !== ''))
  return {
    issuers: issuers.map((one) => ({
      ...one,
      foreignPrefixes: [...prefixes].filter((prefix) => prefix !== one.usersPrefix),
    })),
    problems,
  }
}

/** Tables of `wrangler.toml`, or their JSON. */
function tablesIn(found: unknown): readonly unknown[] {
  try {
    const tables: unknown = typeof found === 'string' ? JSON.parse(found) : found
    return Array.isArray(tables) ? tables : [tables]
  } catch {
    return [undefined]
  }
}

/** The issuer of a table; or where it is told with a place for tenants, one for each of them, with keys and users of its own. */
function listedAt(at: string, table: unknown): Listed {
  if (!isTable(table)) return { issuers: [], problems: [`${at} is no table`] }
  const unknown = Object.keys(table).filter((name) => !Object.hasOwn(MEMBERS, name))
  const { values, problems } = readVariables(MEMBERS, withPreset(table))
  const wrong = [
    ...unknown.map((name) => `${name} is not known`),
    ...(problems.length > 0 ? problems : contradictions(values)),
  ]
  if (wrong.length > 0) return { issuers: [], problems: wrong.map((problem) => `${at}.${problem}`) }
  return {
    issuers: (values.tenants ?? [null]).map((tenant) => wholeIssuer(at, values, tenant)),
    problems: [],
  }
}

/** What a preset says counts where the table says nothing; what a vendor's tokens have to be may be told otherwise, and not left out. */
function withPreset(table: Readonly<Record<string, unknown>>): object {
  const { preset: name, jwks } = table
  if (typeof name !== 'string' || !Object.hasOwn(PRESETS, name)) return table
  const { jwksUrl, ...facts } = { ...PRESETS[name] }
  const require = isTable(table['require'])
    ? { ...facts.require, ...table['require'] }
    : (table['require'] ?? facts.require)
  return { ...facts, ...(jwks === undefined ? { jwksUrl } : {}), ...table, require }
}
