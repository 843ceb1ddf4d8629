/** A body went on beyond what is read. */
export class TooLong extends Error {
  override readonly name = 'TooLong'
}

/** A body as text. Throws `TooLong` as soon as it is, and a `TypeError` where it is not UTF-8. */
export async function shortText(body: ReadableStream<Uint8Array> | null, bytesMax: number): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  let bytes = 0
  let text = ''
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > bytesMax) throw new TooLong(`More than ${bytesMax} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
