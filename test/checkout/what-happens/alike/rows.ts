import type { TellerName } from '../../../../tools/lives/abilities.ts'

/** What happens at a provider, by the names of the rows that tell it on the pages for shop owners. */
export type Rows = Readonly<Record<string, (name: TellerName) => Promise<void>>>
