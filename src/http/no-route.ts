import { nearest } from '../contract/nearest.ts'
import type { Operation } from '../contract/operations/operation.ts'
import { OPERATIONS } from '../contract/operations/operations.ts'
import { WEBHOOKS } from '../contract/operations/webhooks.ts'
import { HttpProblem } from './answers/http-problem.ts'

const ALL: readonly Operation[] = Object.values({ ...OPERATIONS, ...WEBHOOKS })

/** How many addresses are named that may be meant. */
const NEAR_MAX = 6

/** Of the longest address: what has more parts is near none, and not looked at. */
const PARTS_MAX = Math.max(...ALL.map((operation) => partsOf(operation).length))

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
  const plain = `/${parts.join('/')}`
  if (/^v\d+$/.test(parts[0] ?? '')) parts.shift()
  const meant = parts.slice(0, PARTS_MAX).reduce(withNearest, ['v4'])
  const exact = ALL.filter((operation) =>
    [plain, `/${meant.join('/')}`].some((address) => patternOf(operation.path).test(address)),
  )
  const near = exact.length > 0 || parts.length === 0 ? exact : ALL.filter(isUnder(meant))
  const names = [...new Set(near.map(named))].slice(0, NEAR_MAX)
  const all = 'All addresses are at /docs'
  return names.length === 0 ? all : `Near it: ${names.join(', ')}. ${all}`
}

/** The parts so far, and the next one as it is spelt where that leads anywhere, else as it may be meant. */
function withNearest(parts: readonly string[], part: string): string[] {
  const said = [...parts, part]
  if (ALL.some(isUnder(said))) return said
  const words = ALL.filter(isUnder(parts)).map((operation) => partsOf(operation)[parts.length] ?? '')
  return [...parts, nearest(part, [...new Set(words)]) ?? part]
}

/** Whether an operation is at an address that begins so. */
function isUnder(parts: readonly string[]) {
  return (operation: Operation): boolean => {
    const own = partsOf(operation)
    return parts.every(
      (part, index) => own[index] === part || (index > 1 && own[index]?.startsWith('{') === true),
    )
  }
}

function partsOf({ path }: Operation): readonly string[] {
  return path.split('/').slice(1)
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
