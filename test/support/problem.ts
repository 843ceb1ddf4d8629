import { expect } from 'vitest'
import type { Answered } from './api.ts'

/** Fails unless the answer is this problem: with its status, and in the form that every problem has. */
export function expectProblem(
  { status, headers, json }: Answered,
  expectedStatus: number,
  code: string,
): void {
  expect([status, json?.code]).toEqual([expectedStatus, code])
  expect(headers.get('Content-Type')).toBe('application/problem+json')
  expect(json).toMatchObject({ status, type: `/docs/problems#${code}` })
  expect(json.requestId).toBe(headers.get('X-Request-Id'))
}
