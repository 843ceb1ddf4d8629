/** The answer that is a resource, with its version as its ETag. */
export function versioned(body: { readonly version: number }, status = 200): Response {
  return Response.json(body, { status, headers: { ETag: `"${body.version}"` } })
}
