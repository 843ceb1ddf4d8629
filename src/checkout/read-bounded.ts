/** The bytes of a body, `null` when there are more than that: of those no more is read than shows it. */
export async function readBounded(
  { headers, body }: Request | Response,
  bytesMax: number,
): Promise<Uint8Array | null> {
  if (Number(headers.get('Content-Length') ?? 0) > bytesMax) return null
  const bytes = new Uint8Array(bytesMax)
  let length = 0
  // What is cut short here cancels the stream.
  for await (const chunk of body ?? []) {
    if (length + chunk.length > bytesMax) return null
    bytes.set(chunk, length)
    length += chunk.length
  }
  return bytes.slice(0, length)
}
