import type { Context } from 'hono'
import { getSignedCookie, setSignedCookie } from 'hono/cookie'

/** What the Worker is told. */
export interface Env {
  readonly LEDGER_URL: string
  readonly LEDGER_TOKEN: string
  /** By which the cookie is signed. */
  readonly SESSION_SECRET: string
  readonly STRIPE_URL: string
  readonly STRIPE_KEY: string
}

const COOKIE = 'session'

/** Of the app, whatever its middleware adds. */
interface OfApp {
  Bindings: Env
}

/** Who is signed in, by the cookie alone; `null` for nobody. */
export async function userOf<E extends OfApp>(c: Context<E>): Promise<string | null> {
  return (await getSignedCookie(c, c.env.SESSION_SECRET, COOKIE)) || null
}

/** Signs in somebody new: here stands your own way to sign in. */
export async function signIn<E extends OfApp>(c: Context<E>): Promise<string> {
  const user = `u_${crypto.randomUUID().slice(0, 8)}`
  const secure = new URL(c.req.url).protocol === 'https:'
  await setSignedCookie(c, COOKIE, user, c.env.SESSION_SECRET, { httpOnly: true, sameSite: 'Lax', secure })
  return user
}
