// Stands for Stripe: the few calls that the shop makes, the page where one pays, and the events that come afterwards.
import { createHmac, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { ASubscription } from '../../../tools/lives/a-subscription.ts'

/** Starts it. What happened is told when `late()` resolves. */
export async function startStandIn({ webhook, secret, late }) {
  const sessions = new Map()
  const subscriptions = new Map()

  const routes = {
    'POST /v1/checkout/sessions': (_, form) => {
      const id = `cs_test_${randomUUID().slice(0, 8)}`
      sessions.set(id, form)
      return { json: { id, url: `${url}/pay/${id}` } }
    },
    'GET /pay/(\\w+)': ([id]) => ({ html: payPage(sessions.get(id).get('line_items[0][price]')) }),
    'POST /pay/(\\w+)': ([id]) => {
      const form = sessions.get(id)
      const bought = new ASubscription(form.get('client_reference_id'), id)
      subscriptions.set(bought.id, bought)
      void tell(bought.begin())
      return { to: form.get('success_url').replace('{CHECKOUT_SESSION_ID}', id) }
    },
    '(GET|POST|DELETE) /v1/subscriptions/(\\w+)': ([method, id]) => {
      const subscription = subscriptions.get(id)
      if (method === 'POST') void tell(subscription.upgrade())
      if (method === 'DELETE') void tell(subscription.end())
      return { json: subscription.object }
    },
  }

  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const { to, html, json } = answerTo(`${request.method} ${request.url}`, new URLSearchParams(body))
    if (to) return response.writeHead(303, { Location: to }).end()
    const type = html ? 'text/html; charset=utf-8' : 'application/json'
    response
      .writeHead(html || json ? 200 : 404, { 'Content-Type': type })
      .end(html ?? JSON.stringify(json ?? {}))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${server.address().port}`

  function answerTo(asked, form) {
    for (const [route, answer] of Object.entries(routes)) {
      const match = new RegExp(`^${route}$`).exec(asked)
      if (match) return answer(match.slice(1), form)
    }
    return {}
  }

  /** The last comes first, as it may: the order in which events arrive says nothing. */
  async function tell(events) {
    await late()
    for (const event of events.toReversed()) await deliver(event)
  }

  /** The body is signed together with the moment. */
  async function deliver(event) {
    const body = JSON.stringify(event)
    const signedAt = Math.floor(Date.now() / 1000)
    const signature = createHmac('sha256', secret).update(`${signedAt}.${body}`).digest('hex')
    const headers = {
      'Content-Type': 'application/json',
      'Stripe-Signature': `t=${signedAt},v1=${signature}`,
    }
    const answer = await fetch(webhook, { method: 'POST', headers, body })
    if (!answer.ok) console.error(`The ledger did not take ${event.type}: ${answer.status}`)
  }

  return { url, stop: () => server.close() }
}

function payPage(price) {
  return `<!doctype html><html lang="en"><title>Pay</title><link rel="icon" href="data:,"><h1>Not really Stripe</h1>
<p>One ${price}, a month.</p><form method="post"><button>Pay</button></form></html>`
}
