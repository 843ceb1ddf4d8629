import { createServer } from 'node:http'

/** Headers that are about one connection, or a body as it was sent. */
const OWN = ['connection', 'content-encoding', 'content-length', 'host', 'keep-alive', 'transfer-encoding']

/**
 * Passes everything on to a ledger, and back with another `status` where it is told one, so that outages and refusals are seen as providers
 * see them. `statuses` has what was answered since it was last emptied, but to questions whether one may ask.
 */
export async function startRelay(target) {
  const server = createServer((request, response) => {
    passOn(request, response).catch((error) => response.writeHead(502).end(String(error)))
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const relay = {
    url: `http://localhost:${server.address().port}`,
    status: null,
    statuses: [],
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }

  async function passOn(request, response) {
    const { method, url } = request
    const chunks = await Array.fromAsync(request)
    const answer = await fetch(`${target}${url}`, {
      method,
      headers: withoutOwn(Object.entries(request.headers)),
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    })
    const body = Buffer.from(await answer.arrayBuffer())
    const status = method === 'OPTIONS' ? answer.status : (relay.status ?? answer.status)
    if (method !== 'OPTIONS') relay.statuses.push(status)
    response.writeHead(status, Object.fromEntries(withoutOwn([...answer.headers])))
    response.end(status === answer.status ? body : '{}')
  }

  return relay
}

function withoutOwn(headers) {
  return headers.filter(([name]) => !OWN.includes(name))
}
