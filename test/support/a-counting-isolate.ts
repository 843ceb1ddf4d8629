import { env } from 'cloudflare:workers'
import { aFeature, grant } from './api.ts'
import { anIsolate } from './isolate.ts'
import { KvAtLocation } from './kv-at-location.ts'
import { untilPublished } from './ledger.ts'
import { aUser } from './user.ts'

/** A new isolate that logs no checks, and how often it asked KV and objects; objects fail it when told so. */
export async function aCountingIsolate() {
  const place = new KvAtLocation()
  const counted = { objects: 0, isCutOff: false }
  const USERS = {
    getByName: (userId: string) => {
      counted.objects += 1
      if (counted.isCutOff) throw new Error('Network connection lost.')
      return env.USERS.getByName(userId)
    },
  }
  const of = await anIsolate({ KV: place.kv, USERS, CHECK_LOG_SAMPLE: '0' })
  return {
    of,
    place,
    counted,
    asked: () => [place.reads, counted.objects],
    questionsForMany: () => place.questions,
  }
}

/** A user with a new feature, as KV knows them too. */
export async function aKnownPair() {
  const [userId, feature] = [aUser(), await aFeature()]
  await grant(userId, { feature })
  await untilPublished(userId)
  return { userId, feature, path: `/v4/users/${userId}/access/${feature}` }
}
