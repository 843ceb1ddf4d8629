/** What a delivery says of its own signature. */
export interface PresentedSignature {
  /** As they are written, those of the scheme's kind alone: a provider may add kinds that nobody knows yet. */
  readonly signatures: readonly string[]
  /** When it was signed, in seconds since the epoch; `null` where that is not said. */
  readonly timestamp: number | null
  /** What is signed in front of the body. */
  readonly prefix: string
}

/** How one provider signs: always HMAC-SHA256 over a prefix and the raw body. */
export interface SignatureScheme {
  /** Takes the headers apart, strictly: where Fetch joined two into one, none of these grammars fits. */
  readonly read: (headers: Headers) => PresentedSignature | 'missing' | 'malformed'
  /** The bytes of a signature, `null` unless it is written in the one way in which the provider writes it. */
  readonly decode: (signature: string) => Uint8Array | null
  /** Every key that a configured secret may stand for: none if it cannot be a secret of the provider. */
  readonly keysOf: (secret: string) => readonly Uint8Array[]
  /** Names the header that shows a configured secret itself, as a bearer token or bare, where nothing is signed. */
  readonly secretHeader?: string
}
