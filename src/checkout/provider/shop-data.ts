import * as z from 'zod'
import { writtenUser } from './written-user.ts'

/** What a shop wrote into a sale for itself, of any shape: all that is read of it is the `user_id`. */
export const shopData = z
  .looseObject({ user_id: z.union([writtenUser, z.int().nonnegative().transform(String)]).nullish() })
  .nullish()
  .catch(null)
