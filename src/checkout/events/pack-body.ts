/** Bodies are kept for weeks, and packed they take a fifth: but a small one is packed for more than its room costs. */
const PACKED_FROM_BYTES = 4096

/**
 * What is packed is kept in one row, of which D1 takes 2,000,000 bytes (https://developers.cloudflare.com/d1/platform/limits),
 * beside headers of up to 128 KiB and some names.
 */
const KEPT_BYTES_MAX = 1_750_000

/** With these begins what is packed, and no JSON. */
const GZIP_MAGIC = [0x1f, 0x8b] as const

const exact = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The bytes of JSON as they are kept: a small body as the text that it is, which D1 takes more easily than bytes; `null`
 * where they hardly pack, and are more than can be kept.
 */
export async function packBody(bytes: Uint8Array): Promise<string | Uint8Array | null> {
  const text = bytes.length < PACKED_FROM_BYTES ? textOf(bytes) : null
  if (text !== null) return text
  const gzipped = await gzip(bytes)
  return gzipped.length > KEPT_BYTES_MAX ? null : gzipped
}

/** The bytes that were given to `packed`. Only for those: what others have packed could unpack to any size. */
export async function unpackBody(bytes: Uint8Array): Promise<Uint8Array> {
  const isPacked = GZIP_MAGIC.every((byte, index) => bytes[index] === byte)
  return isPacked ? through(bytes, new DecompressionStream('gzip')) : bytes
}

/** `null` for bytes that would not come back from a text as they were. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return exact.decode(bytes)
  } catch {
    return null
  }
}

function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  return through(bytes, new CompressionStream('gzip'))
}

async function through(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer())
}
