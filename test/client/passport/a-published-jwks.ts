import { RemoteJwks, type RemoteJwksOptions } from '../../../src/client/passport/remote-jwks.ts'
import { FakeClock } from '../../../src/client/testing/fake-clock.ts'
import { type PassportSigner, jwksOf } from './a-passport.ts'

const NOON = '2030-01-01T12:00:00.000Z'

/** A ledger that publishes keys, whoever verifies by them, and the clock of both. */
export function aPublishedJwks(...keys: readonly PassportSigner[]) {
  const clock = new FakeClock(NOON)
  const asked: Request[] = []
  const published = {
    clock,
    asked,
    /** What is answered to who asks for keys. */
    answer: (): Response | Promise<Response> => Response.json(jwksOf(...keys)),
    publish: (...others: readonly PassportSigner[]) => {
      published.answer = () => Response.json(jwksOf(...others))
    },
    /** Nobody is there. */
    breakDown: () => {
      published.answer = () => Promise.reject(new TypeError('fetch failed'))
    },
    verifier: (options: RemoteJwksOptions = {}) => {
      const ask: typeof fetch = async (input, init) => {
        asked.push(new Request(input, init))
        return published.answer()
      }
      const jwks = new RemoteJwks(
        'https://ledger.test/.well-known/jwks.json',
        { fetch: ask, ...options },
        clock.asker,
      )
      return { jwks, now: () => clock.now() }
    },
  }
  return published
}
