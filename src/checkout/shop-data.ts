import * as z from 'zod'
import { userId } from '../contract/user-id.ts'

/** What a shop wrote into a sale for itself, of any shape: all that is read of it is the `user_id`. */
export const shopData = z
  .looseObject({ user_id: z.union([userId, z.int().nonnegative().transform(String)]).nullish() })
  .nullish()
  .catch(null)
