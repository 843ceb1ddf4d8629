import { PROVIDER_BY_NAME } from '../../../src/checkout/providers/provider-named.ts'
import { type SignatureRefusal, verifyHeaders } from '../../../src/checkout/signatures/verify-signature.ts'
import { BODY, NOW, type Sender } from './senders.ts'

type Verdict = SignatureRefusal | 'valid'

/** What is said of a delivery that the sender signed. Whatever is not given is as it should be. */
export async function verdictOn(
  sender: Pick<Sender, 'provider' | 'secret' | 'sign'>,
  changed: {
    readonly headers?: Headers
    readonly body?: Uint8Array
    readonly secrets?: readonly string[]
    readonly now?: number
  } = {},
): Promise<Verdict> {
  const { body = BODY, secrets = [sender.secret], now = NOW } = changed
  const headers = changed.headers ?? (await sender.sign(body))
  const check = await verifyHeaders(PROVIDER_BY_NAME[sender.provider].signature, { headers, secrets, now })
  if (typeof check === 'string') return check
  return (await check(body)) ? 'valid' : 'mismatch'
}

/** The headers that the sender would send, with its signature header written otherwise. */
export async function rewritten(
  { sign, header }: Sender,
  write: (written: string) => string,
  body = BODY,
): Promise<Headers> {
  const headers = await sign(body)
  headers.set(header, write(headers.get(header) ?? ''))
  return headers
}
