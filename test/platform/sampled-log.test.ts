import { expect, it, vi } from 'vitest'
import { SampledLog } from '../../src/platform/sampled-log.ts'

it('writes ten lines of a kind in a minute, and counts the rest for the next one that it writes', () => {
  const lines: Record<string, unknown>[] = []
  const warn = vi
    .spyOn(console, 'warn')
    .mockImplementation((line) => void lines.push(JSON.parse(String(line))))
  const sampled = new SampledLog()
  const refuse = (times: number, now: number, event = 'refused') => {
    for (let index = 0; index < times; index += 1) sampled.log('warn', event, { now }, now)
  }
  refuse(1000, 5000)
  refuse(1, 64_999)
  expect(lines).toHaveLength(10)
  expect(lines.every((line) => !('unsaid' in line))).toBe(true)
  refuse(3, 65_000, 'other')
  expect(lines).toHaveLength(13)
  refuse(50, 65_000)
  expect(lines).toHaveLength(23)
  expect(lines.slice(13).map(({ unsaid = 0 }) => unsaid)).toEqual([991, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  refuse(1, 200_000)
  expect(lines.at(-1)).toMatchObject({ unsaid: 40 })
  warn.mockRestore()
})
