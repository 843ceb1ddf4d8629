import { concatBytes } from './concat-bytes.ts'

/**
 * The bytes of a body, `null` when there are more than that: where it was announced before a byte is read, because
 * some proxies do not bear a body that is read in part; else as soon as it shows.
 */
export async function readBounded(message: Request | Response, bytesMax: number): Promise<Uint8Array | null> {
  const announced = message.headers.get('Content-Length')
  if (Number(announced ?? 0) > bytesMax) return null
  return announced !== null && message instanceof Request
    ? whole(message, bytesMax)
    : inPieces(message, bytesMax)
}

/** On the wire a body ends where was announced. What another Worker hands over need not, and is measured all the same. */
async function whole(request: Request, bytesMax: number): Promise<Uint8Array | null> {
  const bytes = new Uint8Array(await request.arrayBuffer())
  return bytes.length > bytesMax ? null : bytes
}

/** Of what is fetched, what was announced may be its length before it was unpacked. */
async function inPieces({ body }: Request | Response, bytesMax: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  // What is cut short here cancels the stream.
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > bytesMax) return null
    chunks.push(chunk)
  }
  return concatBytes(chunks)
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** The text of bytes, without a byte order mark. Throws a `TypeError` where they are not UTF-8. */
export function utf8Text(bytes: Uint8Array): string {
  return decoder.decode(bytes)
}
