import { setTimeout as sleep } from 'node:timers/promises'

const PATIENCE_MS = 10_000

/** So many are more than any server that is up again leaves unanswered. */
const TRIES_MAX = 200

/** A client as the documentation asks for it: what is not answered it sends again, with the same key, to whoever is up. */
export class Client {
  #server
  #journal

  constructor(server, journal) {
    this.#server = server
    this.#journal = journal
  }

  /** Sends a request until it is answered, and answers that. */
  async send(kind, { path, ...request }) {
    for (let tries = 1; tries <= TRIES_MAX; tries += 1) {
      const url = await this.#server.url
      const sentAt = performance.now()
      try {
        const response = await fetch(url + path, { ...request, signal: AbortSignal.timeout(PATIENCE_MS) })
        const answer = { status: response.status, headers: response.headers, text: await response.text() }
        if (answer.status !== 503) {
          this.#journal.answered(kind, performance.now() - sentAt)
          return { ...answer, json: JSON.parse(answer.text) }
        }
        this.#journal.failed(JSON.parse(answer.text).code)
        await sleep(1000 * Number(answer.headers.get('retry-after')))
      } catch (error) {
        this.#journal.failed(error.cause?.code ?? error.name)
        await sleep(20)
      }
    }
    throw new Error(`${kind} was not answered ${TRIES_MAX} times: ${path}`)
  }

  /** A write to a user's ledger, which is remembered with its answer. */
  async write(kind, userId, key, request) {
    const answer = await this.send(kind, request)
    this.#journal.wrote(key, { kind, userId, request, answer })
    const isExpected = answer.status < 300 || answer.json.code === 'insufficient_balance'
    if (!isExpected) this.#journal.surprises.push(`${kind} of ${userId} was answered ${answer.text}`)
    return answer
  }

  /** A delivery of an event that tells of an object of a user. */
  async deliver(kind, userId, delivery) {
    const { id, data } = JSON.parse(delivery.body)
    const { status, json, text } = await this.send(kind, delivery)
    if (status === 200) this.#journal.events.set(id, { kind, userId, object: data.object, inboxId: json.id })
    else this.#journal.surprises.push(`${kind} was answered ${text}`)
  }
}
