import * as z from 'zod'
import { userId } from '../../contract/user-id.ts'

/** Whom a payload names, as it is written: a user id, or one that the shop's server has signed: of 200 characters at most. */
export const writtenUser = z.union([userId, z.string().regex(/^el1_[A-Za-z0-9_-]{41,306}$/)])
