/**
 * The bytes of a body, `null` when there are more than that: where it was announced before a byte is read, because
 * some proxies do not bear a body that is read in part; else as soon as it shows.
 */
export async function readBounded(
  { headers, body }: Request | Response,
  bytesMax: number,
): Promise<Uint8Array | null> {
  if (Number(headers.get('Content-Length') ?? 0) > bytesMax) return null
  const chunks: Uint8Array[] = []
  let length = 0
  // What is cut short here cancels the stream.
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > bytesMax) return null
    chunks.push(chunk)
  }
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}

/** The text of bytes, without a byte order mark. Throws a `TypeError` where they are not UTF-8. */
export function utf8Text(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
}
