import { base64url, type JWK } from 'jose'

const BITS_MIN = 2048

/** 65537, the only exponent in use: with 1, anybody can sign. */
const EXPONENT = 'AQAB'

/** Why an RSA key would let others sign, `null` if it would not. */
export function rsaWeakness({ algorithm }: CryptoKey, { n = '', e }: JWK): string | null {
  const isLong = 'modulusLength' in algorithm && algorithm.modulusLength >= BITS_MIN
  if (!isLong || e !== EXPONENT) return 'Weaker than RSA with 2048 bits and 65537'
  return isOfRoca(base64url.decode(n)) ? 'Of a generator whose keys can be factored (CVE-2017-15361)' : null
}

/** The primes up to 167 modulo which the powers of 65537 are not all numbers. For the others the test below says nothing. */
const PRIMES = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157]

/**
 * Whether a modulus was made by the chips of CVE-2017-15361 (ROCA): both of its primes, and so it as well, are a power of 65537
 * modulo each small prime (Nemec et al., The Return of Coppersmith's Attack, CCS 2017,
 * https://crocs.fi.muni.cz/public/papers/rsa_ccs17; as their detector, https://github.com/crocs-muni/roca, tests it). Of sound
 * keys one in 2^27 looks the same.
 */
function isOfRoca(modulus: Uint8Array): boolean {
  return PRIMES.every((prime) => powersOf65537(prime).has(remainder(modulus, prime)))
}

function remainder(bytes: Uint8Array, divisor: number): number {
  return bytes.reduce((rest, byte) => (rest * 256 + byte) % divisor, 0)
}

function powersOf65537(prime: number): ReadonlySet<number> {
  const powers = new Set<number>()
  for (let power = 1; !powers.has(power); power = (power * 65_537) % prime) powers.add(power)
  return powers
}
