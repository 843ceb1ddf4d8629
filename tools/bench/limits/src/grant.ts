import { Hono } from 'hono'
import type { Env } from './env.ts'
import { verified } from './verified.ts'

/** Hono, jose and an object that writes what the ledger writes. */
export const grant = new Hono<{ Bindings: Env }>().post('/v4/users/:userId/entitlements', async (c) => {
  await verified(c.req.header('Authorization'), c.env)
  const { status, headers, body } = await c.env.OBJECTS.getByName(c.req.param('userId')).grant(
    await c.req.text(),
  )
  return new Response(body, { status, headers })
})
