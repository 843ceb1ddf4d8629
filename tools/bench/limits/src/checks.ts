import { Hono } from 'hono'
import { answer } from './answer.ts'
import type { Env } from './env.ts'
import { verified } from './verified.ts'

const PATH = '/v4/users/:userId/access/:feature'

/** Hono alone. */
export const check = new Hono<{ Bindings: Env }>().get(PATH, (c) => answer(c.env, 'memory'))

/** Hono and jose. */
export const checkVerified = new Hono<{ Bindings: Env }>().get(PATH, async (c) => {
  await verified(c.req.header('Authorization'), c.env)
  return answer(c.env, 'memory')
})

/** Hono and the same KV get. */
export const checkKv = new Hono<{ Bindings: Env }>().get(PATH, async (c) => {
  const key = `snapshot:1:1:${c.req.param('userId')}`
  const found = await c.env.KV.get(key, { type: 'json', cacheTtl: 30 })
  if (found === null) throw new Error(`KV has no ${key}`)
  return answer(c.env, 'kv')
})

/** Hono and a call to an object that returns the same value. */
export const checkStrong = new Hono<{ Bindings: Env }>().get(PATH, async (c) => {
  const snapshot = await c.env.OBJECTS.getByName(c.req.param('userId')).snapshot()
  if (typeof snapshot !== 'object') throw new Error('The object has no snapshot')
  return answer(c.env, 'ledger')
})
