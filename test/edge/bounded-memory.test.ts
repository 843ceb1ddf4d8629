import { describe, expect, it } from 'vitest'
import { BoundedMemory } from '../../src/edge/bounded-memory.ts'

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

  it('is bounded by entries: the longest unused leaves', () => {
    const memory = memoryOf({ entriesMax: 2 })
    memory.set('a', 'A', { bytes: 1, until: 10 })
    memory.set('b', 'B', { bytes: 1, until: 10 })
    memory.get('a', 0)
    memory.set('c', 'C', { bytes: 1, until: 10 })
    expect(['a', 'b', 'c'].map((key) => memory.get(key, 0))).toEqual(['A', null, 'C'])
  })

  it('is bounded by bytes, counted once for what is set again', () => {
    const memory = memoryOf({ bytesMax: 10 })
    memory.set('a', 'A', { bytes: 6, until: 10 })
    memory.set('a', 'AA', { bytes: 4, until: 10 })
    memory.set('b', 'B', { bytes: 6, until: 10 })
    expect(memory.bytes).toBe(10)
    memory.set('c', 'C', { bytes: 1, until: 10 })
    expect(['a', 'b', 'c'].map((key) => memory.get(key, 0))).toEqual([null, 'B', 'C'])
  })

  it('never holds what is larger than all of it', () => {
    const memory = memoryOf({ bytesMax: 10 })
    memory.set('a', 'A', { bytes: 11, until: 10 })
    expect([memory.get('a', 0), memory.bytes]).toEqual([null, 0])
  })
})
