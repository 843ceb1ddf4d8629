import type { AnswerName, Env } from './env.ts'

/** The bytes and headers that the ledger answers. */
export function answer({ SAMPLES }: Env, name: AnswerName): Response {
  const { status, headers, body } = SAMPLES.answers[name]
  return new Response(body, { status, headers })
}
