import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BoundedMemory } from '../../src/platform/bounded-memory.ts'

const memoryOf = (limits: Partial<{ entriesMax: number; bytesMax: number }>) =>
  new BoundedMemory<string>({ entriesMax: 100, bytesMax: 1000, ...limits })

describe('what an isolate remembers', () => {
  it('is gone at its own deadline, on the millisecond, without anything being purged', () => {
    const memory = memoryOf({})
    memory.set('a', 'A', { bytes: 1, until: 10 })
    expect(memory.get('a', 9)).toBe('A')
    expect(memory.get('a', 10)).toBeNull()
    expect([memory.size, memory.bytes]).toEqual([0, 0])
  })

  it('is bounded by entries: what was used stays when what was not leaves', () => {
    const memory = memoryOf({ entriesMax: 4 })
    const remember = (...keys: string[]) =>
      keys.forEach((key) => memory.set(key, key, { bytes: 1, until: 10 }))
    remember('a', 'b', 'c')
    memory.get('a', 0)
    remember('d', 'e')
    expect(['b', 'a', 'e'].map((key) => memory.get(key, 0))).toEqual([null, 'a', 'e'])
  })

  it('finds all again that its bounds hold, when it is asked for in turn', () => {
    const memory = memoryOf({ entriesMax: 10 })
    const keys = Array.from({ length: 10 }, (_, index) => `key-${index}`)
    for (const key of keys) memory.set(key, key, { bytes: 100, until: 10 })
    expect(keys.map((key) => memory.get(key, 0))).toEqual(keys)
  })

  it('keeps what is asked for again and again while any number of strangers come', () => {
    const memory = memoryOf({ entriesMax: 10 })
    const known = ['a', 'b', 'c', 'd']
    for (const key of known) memory.set(key, key, { bytes: 1, until: 10 })
    for (let index = 0; index < 1000; index += 1) {
      if (index % 4 === 0) expect(known.map((key) => memory.get(key, 0))).toEqual(known)
      memory.set(`stranger-${index}`, '', { bytes: 1, until: 10 })
    }
    expect(memory.size).toBe(10)
  })

  it('is bounded by bytes, counted once for what is set again', () => {
    const memory = memoryOf({ bytesMax: 10 })
    memory.set('a', 'A', { bytes: 5, until: 10 })
    memory.set('a', 'AA', { bytes: 4, until: 10 })
    memory.set('b', 'B', { bytes: 5, until: 10 })
    expect(memory.bytes).toBe(9)
    memory.set('c', 'C', { bytes: 2, until: 10 })
    expect(['a', 'b', 'c'].map((key) => memory.get(key, 0))).toEqual([null, 'B', 'C'])
  })

  it('never holds more than its bounds, whatever is done with it, and always what was set last', () => {
    const step = fc.record({ key: fc.nat(20), bytes: fc.nat(60), isGet: fc.boolean(), now: fc.nat(20) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const memory = memoryOf({ entriesMax: 8, bytesMax: 100 })
        for (const { key, bytes, isGet, now } of steps) {
          if (isGet) memory.get(`${key}`, now)
          else {
            memory.set(`${key}`, `${bytes}`, { bytes, until: 10 })
            expect(memory.get(`${key}`, 9)).toBe(bytes <= 50 ? `${bytes}` : null)
          }
          expect(memory.size).toBeLessThanOrEqual(8)
          expect(memory.bytes).toBeLessThanOrEqual(100)
        }
      }),
    )
  })

  it('never holds what is larger than half of it', () => {
    const memory = memoryOf({ bytesMax: 10 })
    memory.set('a', 'A', { bytes: 6, until: 10 })
    expect([memory.get('a', 0), memory.bytes]).toEqual([null, 0])
  })
})
