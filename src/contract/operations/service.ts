import * as z from 'zod'
import { WHO } from '../who.ts'
import type { Operation } from './operation.ts'

/** Whether the service is there, and what it can do. */
export const SERVICE_OPERATIONS = {
  getHealth: {
    method: 'get',
    path: '/healthz',
    tag: 'Service',
    summary: 'Whether the Worker answers',
    who: WHO.anyone,
    answers: {
      200: {
        description: 'It does',
        schema: z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' }),
      },
    },
    problems: [],
  },
  getReadiness: {
    method: 'get',
    path: '/readyz',
    tag: 'Service',
    summary: 'Whether D1, KV and the configuration are there, as of five seconds ago at most',
    who: WHO.anyone,
    answers: {
      200: {
        description: 'They are; `warnings` says how full the database is, from 70 % on',
        schema: z
          .strictObject({ status: z.literal('ready'), warnings: z.array(z.string()) })
          .meta({ id: 'Readiness' }),
      },
    },
    problems: ['misconfigured', 'ledger_unavailable'],
  },
  getOpenApi: {
    method: 'get',
    path: '/openapi.json',
    tag: 'Service',
    summary: 'This document; with `If-None-Match` and its `ETag`, only where it has changed',
    who: WHO.anyone,
    answers: {
      200: {
        description: 'OpenAPI 3.1',
        schema: z.looseObject({ openapi: z.string() }).meta({ id: 'OpenApiDocument' }),
        headers: ['ETag'],
      },
      304: { description: 'It has not changed', schema: null, isEmpty: true, headers: ['ETag'] },
    },
    problems: [],
  },
  getDocs: {
    method: 'get',
    path: '/docs',
    tag: 'Service',
    summary: 'This document in a browser',
    who: WHO.anyone,
    answers: { 200: { description: 'HTML', schema: null } },
    problems: [],
  },
  getProblems: {
    method: 'get',
    path: '/docs/problems',
    tag: 'Service',
    summary: 'Every problem code, explained',
    who: WHO.anyone,
    answers: { 200: { description: 'HTML', schema: null } },
    problems: [],
  },
} as const satisfies Record<string, Operation>
