import { base64url } from 'jose'
import { describe, it } from 'vitest'
import { Es256Signature, FIELD, MOST, ORDER, SPECIAL } from '../support/es256-signature.ts'
import { anotherEcKey, claims, rsaKey, token } from '../support/tokens.ts'
import { expectNothingDone, mighty } from './an-attacked-worker.ts'

const good = await token({ payload: mighty })
const [header = '', payload = '', signature = ''] = good.split('.')
const made = new Es256Signature(good)
const { r, s } = made

const named = (value: bigint) =>
  ({ [`${ORDER - 1n}`]: 'n - 1', [`${ORDER}`]: 'n', [`${ORDER + 1n}`]: 'n + 1', [`${FIELD}`]: 'p' })[
    `${value}`
  ] ?? (value < 2n ? `${value}` : value === MOST ? '2^256 - 1' : 'p + 1')

describe('A signature with special numbers is refused:', () => {
  it.each(SPECIAL.map((value) => [named(value), value] as const))('r is %s', async (_, value) => {
    await expectNothingDone(made.withNumbers(value, s))
  })

  it.each(SPECIAL.map((value) => [named(value), value] as const))('s is %s', async (_, value) => {
    await expectNothingDone(made.withNumbers(r, value))
  })

  it.each(SPECIAL.map((value) => [named(value), value] as const))('r and s are %s', async (_, value) => {
    await expectNothingDone(made.withNumbers(value, value))
  })

  it('r is its own mirror image', async () => {
    await expectNothingDone(made.withNumbers(ORDER - r, s))
  })

  it('r and s have changed places', async () => {
    await expectNothingDone(made.withNumbers(s, r))
  })
})

describe('A signature in another form is refused:', () => {
  it.each(made.others())('%s', async (_, bytes) => {
    await expectNothingDone(made.as(bytes))
  })
})

describe('A signature of something else is refused:', () => {
  it('of a token with fewer rights', async () => {
    const [, , other] = (await token({ payload: claims({ sub: 'mallory' }) })).split('.')
    await expectNothingDone(`${header}.${payload}.${other}`)
  })

  it('of the same with its parts in another order', async () => {
    for (const parts of [
      [payload, header, signature],
      [signature, payload, header],
      [header, signature, payload],
    ]) {
      await expectNothingDone(parts.join('.'))
    }
  })

  it('by another key that goes by the same name', async () => {
    const forger = { ...anotherEcKey, jwk: { ...anotherEcKey.jwk, kid: 'ec' } }
    await expectNothingDone(await token({ key: forger, payload: mighty }))
  })

  it('by RSA, zero, one and cut short', async () => {
    const parts = (await token({ key: rsaKey, payload: mighty })).split('.')
    const rsa = base64url.decode(parts[2] ?? '')
    for (const forged of [
      rsa.map(() => 0),
      rsa.map((_, at) => (at === 255 ? 1 : 0)),
      rsa.slice(1),
      rsa.slice(0, -1),
    ]) {
      await expectNothingDone(`${parts[0]}.${parts[1]}.${base64url.encode(forged)}`)
    }
  })
})
