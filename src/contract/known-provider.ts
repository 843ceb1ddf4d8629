import * as z from 'zod'
import { PROVIDERS } from './providers.ts'

/** A provider of whom something can be said. What was said of others before stays readable. */
export const knownProvider = z
  .enum(PROVIDERS, { error: `is none of ${PROVIDERS.join(', ')}` })
  .meta({ id: 'KnownProvider' })
