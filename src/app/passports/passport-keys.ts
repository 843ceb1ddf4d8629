import type { FindPassportSettings, PassportSettings } from '../../passports/passport-settings.ts'
import { publicJwks } from '../../passports/public-jwks.ts'
import { signingKeyOf } from '../../passports/signed-passport.ts'
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

/** Throws `misconfigured` where passports are asked for by the configuration and none can be signed. */
export async function checkPassports(find: FindPassportSettings): Promise<void> {
  if ((await find()) === null) return
  const settings = await passportSettingsOf(find)
  try {
    await signingKeyOf(settings)
  } catch (error) {
    throw misconfigured(new Error('PASSPORT_KEYS: the key that signs cannot be used', { cause: error }))
  }
}
