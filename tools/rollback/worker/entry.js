// The bundle as it would be deployed, at a moment that each request names, and with what it asks failing where told.
import { setClock } from './clock.js'
import worker from './bundle.js'
import { allDone } from './runtime.js'

export * from './bundle.js'

let fault = ''

/** `users:<id>` does not answer; `inbox` cannot be written again. */
function faulty(env) {
  const getByName = (name) => {
    if (fault === `users:${name}`) throw new Error('Network connection lost.')
    return env.USERS.getByName(name)
  }
  const prepare = (sql) => {
    if (fault === 'inbox' && /^\s*update "?inbox/i.test(sql)) throw new Error('D1_ERROR: overloaded')
    return env.DB.prepare(sql)
  }
  return { ...env, USERS: { getByName }, DB: { prepare, batch: (statements) => env.DB.batch(statements) } }
}

let its = null

async function at(ms, failing, env, work) {
  setClock(ms)
  fault = failing
  its ??= faulty(env)
  const done = await work(its)
  await allDone()
  return done
}

export default {
  fetch(request, env, ctx) {
    const headers = new Headers(request.headers)
    const ms = Number(headers.get('x-clock'))
    const failing = headers.get('x-fault') ?? ''
    headers.delete('x-clock')
    headers.delete('x-fault')
    const clean = new Request(request, { headers })
    return at(ms, failing, env, (bindings) =>
      new URL(request.url).pathname === '/clock/sweep'
        ? worker
            .scheduled({ cron: headers.get('x-cron'), scheduledTime: ms }, bindings, ctx)
            .then(() => new Response())
        : worker.fetch(clean, bindings, ctx),
    )
  },
}
