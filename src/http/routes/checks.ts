import type { Hono } from 'hono'
import { reaches } from '../../app/caller.ts'
import { checkAccess } from '../../app/checks/check-access.ts'
import { checkAny } from '../../app/checks/check-any.ts'
import { checkMany } from '../../app/checks/check-many.ts'
import { listAccess } from '../../app/checks/list-access.ts'
import { listBalances } from '../../app/checks/list-balances.ts'
import { issuePassport } from '../../app/passports/issue-passport.ts'
import { NOT_TO_BE_STORED } from '../answers/not-to-be-stored.ts'
import type { HttpContext, HttpEnv } from './context.ts'
import { reachAll } from './reach-all.ts'
import { route } from './route.ts'
import type { Services } from './services.ts'

/** May this user use this feature? One, all of a user, many at once; what is left of it; and a list of it to take along. */
export function checks(app: Hono<HttpEnv>, services: Services): void {
  const { reader } = services

  route(app, services, 'checkAccess', async ({ params: { userId, feature }, query }, c) => {
    const check = await checkAccess(reader, userId, feature, query)
    return answer(c, { userId, sources: [check.source] }, check)
  })

  route(app, services, 'checkAny', async ({ params: { feature }, query: { anyOf, ...query } }, c) => {
    reachAll(c, anyOf)
    const check = await checkAny(reader, anyOf, feature, query)
    return answer(c, { userId: check.userId, sources: [check.source] }, check)
  })

  route(app, services, 'listAccess', async ({ params: { userId }, query }, c) => {
    const list = await listAccess(reader, userId, query)
    const answered = answer(c, { userId, sources: [list.source] }, list)
    // Who remembers the list has to know how old it was by one clock. Not every front door of a Worker says so by itself.
    answered.headers.set('Date', new Date(services.now()).toUTCString())
    return answered
  })

  route(app, services, 'listBalances', async ({ params: { userId }, query }, c) => {
    const list = await listBalances(reader, userId, query)
    return answer(c, { userId, sources: [list.source] }, list)
  })

  route(app, services, 'issuePassport', async ({ params: { userId }, body }, c) => {
    const issued = await issuePassport(services, { userId, ...body })
    return answer(c, { userId, sources: [issued.source] }, issued)
  })

  route(app, services, 'checkMany', async ({ body }, c) => {
    const caller = c.get('caller')
    const many = await checkMany(reader, body, {
      requestId: c.get('requestId'),
      part: 'body',
      reaches: (userId) => reaches(caller, userId),
    })
    const sources = new Set(
      many.results.map(({ source }) => source).filter((source) => typeof source === 'string'),
    )
    return answer(c, { userId: null, sources: [...sources] }, many)
  })
}

function answer(c: HttpContext, checked: HttpEnv['Variables']['checked'], body: object): Response {
  c.set('checked', checked)
  return Response.json(body, { headers: NOT_TO_BE_STORED })
}
