/** An id for a request whose caller names none. */
export function newRequestId(): string {
  return `req_${crypto.randomUUID()}`
}
