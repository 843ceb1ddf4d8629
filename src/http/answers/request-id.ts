import { newRequestId } from '../../app/request-id.ts'

const ACCEPTED = /^[A-Za-z0-9_.:-]{1,128}$/

/** The caller's own id of the request if it is one that can be logged, else a new one. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get('X-Request-Id')
  return given !== null && ACCEPTED.test(given) ? given : newRequestId()
}
