import type { Hono } from 'hono'
import { evaluateFlag } from '../../app/checks/evaluate-flag.ts'
import { evaluateFlags } from '../../app/checks/evaluate-flags.ts'
import type { Flag } from '../../app/checks/flag-of.ts'
import { sha256 } from '../../platform/sha256.ts'
import { NOT_TO_BE_STORED } from '../answers/not-to-be-stored.ts'
import { tagsIn } from '../answers/tags-in.ts'
import type { HttpEnv } from './context.ts'
import { reachAll } from './reach-all.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

/** The checks once more, for providers of OpenFeature. */
export function flags(app: Hono<HttpEnv>, services: Services): void {
  const { reader } = services

  route(app, services, 'evaluateFlag', async ({ params: { key }, body }, c) => {
    const { targetingKey: userId } = body.context
    reachAll(c, [userId])
    const flag = await evaluateFlag(reader, userId, key)
    c.set('checked', { userId, sources: [flag.metadata.source] })
    return Response.json(flag, { headers: NOT_TO_BE_STORED })
  })

  route(app, services, 'evaluateFlags', async ({ headers: { 'if-none-match': known }, body }, c) => {
    const { targetingKey: userId } = body.context
    reachAll(c, [userId])
    const { flags: all, source } = await evaluateFlags(reader, userId)
    c.set('checked', { userId, sources: [source] })
    const etag = await etagOf(all)
    const headers = { ...NOT_TO_BE_STORED, ETag: etag }
    return tagsIn(known).includes(etag)
      ? new Response(null, { status: 304, headers })
      : Response.json({ flags: all }, { headers })
  })
}

/**
 * The tag of all that flags say, but for when and where that was confirmed. Whoever has it holds just what would be answered: so 304
 * hides no change, no moment that has come, and no other user.
 */
async function etagOf(all: readonly Flag[]): Promise<string> {
  const lasting = all.map(({ metadata: { asOf: _asOf, source: _source, ...metadata }, ...flag }) => ({
    ...flag,
    metadata,
  }))
  return `"${(await sha256(JSON.stringify(lasting))).slice(0, 32)}"`
}
