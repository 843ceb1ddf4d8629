import { importKey } from '../../passports/import-key.ts'
import type { FindPassportSettings, PassportSettings } from '../../passports/passport-settings.ts'
import { publicJwks } from '../../passports/public-jwks.ts'
import { misconfigured } from '../problems/misconfigured.ts'
import { ProblemError } from '../problems/problem-error.ts'

/** What passports are made by. Throws `passports_off` or `misconfigured`. */
export async function passportSettingsOf(find: FindPassportSettings): Promise<PassportSettings> {
  const found = await find()
  if (found === null) throw new ProblemError('passports_off')
  if (found instanceof Error) throw misconfigured(found)
  return found
}

/** The keys by which passports are verified. Throws as above. */
export async function passportJwks(find: FindPassportSettings) {
  return publicJwks(await passportSettingsOf(find))
}

/** Throws `misconfigured` where a key is set that cannot be used, also one that is to sign later. */
export async function checkPassports(find: FindPassportSettings): Promise<void> {
  if ((await find()) === null) return
  const { keys } = await passportSettingsOf(find)
  for (const [place, key] of keys.entries()) {
    try {
      await importKey(key)
    } catch (error) {
      throw misconfigured(
        new Error(`PASSPORT_KEYS.keys.${place} is no key of a pair on P-256`, { cause: error }),
      )
    }
  }
}
