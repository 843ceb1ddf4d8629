import { describe, expect, it } from 'vitest'
import { readBounded } from '../../src/platform/read-bounded.ts'

const headers = { 'Content-Length': '3' }

/** A body in pieces of three bytes, of which there are ten. It tells how many were asked for. */
function aLongBody() {
  const told = { pieces: 0, isCancelled: false }
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        told.pieces += 1
        controller.enqueue(new Uint8Array(3))
        if (told.pieces === 10) controller.close()
      },
      cancel() {
        told.isCancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  return { body, told }
}

describe('a body that is longer than was announced', () => {
  it('is cut short where it was fetched, because it may have been unpacked on the way', async () => {
    const { body, told } = aLongBody()
    expect(await readBounded(new Response(body, { headers }), 8)).toBeNull()
    expect(told).toEqual({ pieces: 3, isCancelled: true })
  })

  it('is measured where another Worker hands it over', async () => {
    const request = (body: BodyInit) => new Request('https://ledger', { method: 'POST', body, headers })
    expect(await readBounded(request(aLongBody().body), 8)).toBeNull()
    expect(await readBounded(request(aLongBody().body), 30)).toEqual(new Uint8Array(30))
  })
})
