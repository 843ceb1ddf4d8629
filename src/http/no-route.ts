import { nearest } from '../contract/nearest.ts'
import type { Operation } from '../contract/operations/operation.ts'
import { OPERATIONS } from '../contract/operations/operations.ts'
import { WEBHOOKS } from '../contract/operations/webhooks.ts'
import { HttpProblem } from './answers/http-problem.ts'

const ALL: readonly Operation[] = Object.values({ ...OPERATIONS, ...WEBHOOKS })

/** How many addresses are named that may be meant. */
const NEAR_MAX = 6

/** The problem of a request that no route takes: with what the address takes, or the ones that are near. */
export function noRoute(method: string, path: string): HttpProblem {
  const here = ALL.filter((operation) => patternOf(operation.path).test(path))
  if (here.length === 0) return new HttpProblem('not_found', { detail: whatIsNear(path) })
  const methods = here.map((operation) => operation.method.toUpperCase())
  const allow = methods.includes('GET') ? [...methods, 'HEAD'] : methods
  const inside = ALL.filter(
    (operation) => operation.method === 'put' && here.some((one) => isOneOf(operation.path, one.path)),
  )
  const detail = [
    `${method} is not among what is here: ${here.map(named).join(', ')}`,
    ...(inside.length === 0 ? [] : [`one alone is put with ${inside.map(named).join(', ')}`]),
  ]
  return new HttpProblem(
    'method_not_allowed',
    { detail: detail.join('; ') },
    { Allow: allow.toSorted().join(', ') },
  )
}

function whatIsNear(path: string): string {
  const parts = path.split('/').filter((part) => part !== '')
  if (/^v\d+$/.test(parts[0] ?? '')) parts.shift()
  const meant = `/${['v4', ...parts].join('/')}`
  const exact = ALL.filter((operation) => patternOf(operation.path).test(meant))
  const [first = ''] = parts
  const word = nearest(first, [...new Set(ALL.map((operation) => operation.path.split('/')[2] ?? ''))])
  const near =
    exact.length > 0 || word === null ? exact : ALL.filter(isUnder(['v4', word, ...parts.slice(1)]))
  const names = [...new Set(near.map(named))].slice(0, NEAR_MAX)
  const all = 'All addresses are at /docs'
  return names.length === 0 ? all : `Near it: ${names.join(', ')}. ${all}`
}

/** Whether an operation is at an address that begins so. */
function isUnder(parts: readonly string[]) {
  return ({ path }: Operation): boolean => {
    const own = path.split('/').slice(1)
    return parts.every(
      (part, index) => own[index] === part || (index > 1 && own[index]?.startsWith('{') === true),
    )
  }
}

function isOneOf(path: string, list: string): boolean {
  return path.startsWith(`${list}/{`) && path.indexOf('/', list.length + 1) === -1
}

function named({ method, path }: Operation): string {
  return `${method.toUpperCase()} ${path}`
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)
}
