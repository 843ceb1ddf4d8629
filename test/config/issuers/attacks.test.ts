import { describe, expect, it } from 'vitest'
import { NOW, token } from '../../support/tokens.ts'
import { aDoor, comesIn, tableOf } from './a-door.ts'
import { attacksOn } from './attacks-on.ts'
import { VENDORS } from './vendors.ts'

describe.each(Object.entries(VENDORS))('the preset %s', (preset, vendor) => {
  const { key, user, service = user } = vendor

  it('withstands what any issuer has to', async () => {
    const door = await aDoor(tableOf(preset, vendor))
    const good = await token({ key, payload: service })
    expect(await comesIn(door, good)).not.toBeTypeOf('string')
    const attacks = await attacksOn(preset, vendor, service)
    expect(attacks.length).toBeGreaterThan(150)
    const comeIn = []
    for (const [name, made] of attacks) {
      expect(made).not.toBe(good)
      if (typeof (await comesIn(door, made)) !== 'string') comeIn.push(name)
      // A good token that is remembered lends nothing to others.
      if (door.remembered(`Bearer ${made}`, NOW) !== null) comeIn.push(`${name}, remembered`)
    }
    expect(comeIn).toEqual([])
  })
})
