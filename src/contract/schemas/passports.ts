import * as z from 'zod'
import { userId } from '../user-id.ts'
import { freshness } from './checks.ts'
import { answeredInstant, featureKey, version } from './primitives.ts'

/** How long a passport may be good for, in seconds. */
const TTL_SECONDS = { min: 30, max: 600 }

/** No more would fit into what is accepted of a passport. */
const FEATURES_MAX = 200

export const passportBody = z
  .strictObject({
    audience: z
      .string()
      .regex(/^[!-~]{1,255}$/, '1 to 255 visible ASCII characters')
      .meta({
        description: 'Who is to take it, its claim `aud`: whoever verifies it takes those for itself alone',
      }),
    features: z.array(featureKey).min(1).max(FEATURES_MAX).optional().meta({
      description: 'What it is to tell of; all of which the user has something when left out',
    }),
    ttlSeconds: z.int().min(TTL_SECONDS.min).max(TTL_SECONDS.max).default(TTL_SECONDS.max).meta({
      description:
        'For how long it may be good, at most: that counts from when the ledger confirmed what it says, and `ALLOW_MAX_AGE_SECONDS` bounds it as well',
    }),
    include: z
      .array(z.enum(['balances']))
      .max(1)
      .default([])
      .meta({
        description: '`balances` adds what is left of metered features, as advice',
      }),
    minVersion: version.optional().meta({
      description: 'What a write answered as its version: the passport then knows of that write',
    }),
    minCatalogVersion: version.optional().meta({
      description:
        'What a change of the catalog answered as its version: the passport then knows of that change',
    }),
  })
  .meta({ id: 'PassportAsked' })

export const passport = z
  .strictObject({
    userId,
    passport: z.string().meta({
      description:
        'A JWS in compact form, of at most 3,500 bytes. Its claim `ent` lists of each boolean and config feature when the user may use it, in seconds: `f` ≤ now < `u`, with the value `v` of a config feature. Without `f` that has begun, without `u` it goes on until `exp`. What is not listed is not known',
    }),
    expiresAt: answeredInstant.meta({ description: 'Its claim `exp`, exclusive' }),
    version: freshness.version,
    catalogVersion: version.meta({ description: 'The version of the catalog that it rests on' }),
    asOf: freshness.asOf,
    source: freshness.source,
  })
  .meta({ id: 'Passport' })

const publicKey = z
  .strictObject({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    kid: z.string(),
    alg: z.literal('ES256'),
    use: z.literal('sig'),
    x: z.string(),
    y: z.string(),
  })
  .meta({ id: 'PassportKey' })

export const passportJwks = z.strictObject({ keys: z.array(publicKey) }).meta({ id: 'PassportKeys' })
