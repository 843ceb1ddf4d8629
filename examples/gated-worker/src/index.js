// Somebody else's Worker: it exports videos, in 4K for those who have that, and asks the ledger who does.

export default {
  /**
   * @param {Request} request
   * @param {{ ENTITLEMENTS: { check(asked: { userId: string, feature: string }): Promise<{ allowed: boolean, reason: string }> } }} env
   */
  async fetch(request, env) {
    if (new URL(request.url).pathname !== '/export') return new Response('Not found\n', { status: 404 })
    const userId = request.headers.get('X-User-Id') // here stands your own session
    if (userId === null) return new Response('Who are you?\n', { status: 401 })

    let check
    try {
      check = await env.ENTITLEMENTS.check({ userId, feature: 'export-4k' })
    } catch (error) {
      const { code, requestId } = problemOf(error)
      if (code === 'malformed_request') return new Response('Nobody is called that\n', { status: 400 })
      // No answer is no yes. Why there is none is for the log: an outage, or a scope that the binding lacks.
      console.error(`The ledger did not answer: ${error.message} (${requestId})`)
      return new Response('Try again in a moment\n', { status: 503, headers: { 'Retry-After': '1' } })
    }
    if (!check.allowed) return new Response(`Not in 4K: ${check.reason}\n`, { status: 403 })
    return new Response('Here it is, in 4K\n')
  },
}

/**
 * The members of what the ledger threw. Where nothing but the message arrives, as between two `wrangler dev`, its last line has
 * them as JSON. Of what was not thrown by the ledger, such as a lost connection, it has none.
 *
 * @param {Error & { code?: string, requestId?: string }} error
 * @returns {{ code?: string, requestId?: string }}
 */
function problemOf(error) {
  if (error.code !== undefined) return error
  try {
    return JSON.parse(error.message.slice(error.message.lastIndexOf('\n') + 1))
  } catch {
    return {}
  }
}
