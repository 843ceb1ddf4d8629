const FOREIGN = ['jose', 'PyJWT', 'jwx']

/**
 * What `verifyPassport` refuses and others take. No ledger writes any of it, and it takes the ledger's key, or is another writing of what
 * that has signed: of the same headers from a thief none is taken by anybody.
 */
const TAKEN = [
  {
    because: 'their JSON has the last of two members of one name',
    names: ['two users', 'two algorithms, none first'],
    by: FOREIGN,
  },
  { because: 'their JSON has any spaces', names: ['spaces in the JSON'], by: ['jose', 'PyJWT'] },
  { because: 'Go reads a byte that is no UTF-8 as U+FFFD', names: ['text that is no UTF-8'], by: ['jwx'] },
  {
    because: 'their Base64 passes over padding: another writing, and the same passport',
    names: ['padding'],
    by: FOREIGN,
  },
  {
    because: 'their Base64 passes over bits that are left: another writing, and the same passport',
    names: ['another last character of the signature'],
    by: ['jose', 'jwx'],
  },
  {
    because: 'they pass over what a header says that they do not ask for, and follow none of it',
    names: [
      'a header that says a key itself',
      'a header that says where keys are',
      'a header that says where certificates are',
      'a header that says the hash of one',
      'a header that says that it is encoded, which goes without saying',
      'a header that says that it is packed',
      'a header that says that there is another one in it',
      'a header that says how it is encrypted',
      'a header that says claims',
    ],
    by: FOREIGN,
  },
  {
    because: 'jwx wants certificates to be some, and the others do not look at them',
    names: ['a header that says certificates'],
    by: ['jose', 'PyJWT'],
  },
  {
    because:
      'jwx looks at `crit` (RFC 7515, 4.1.11) with a set of keys only where `jws.WithCritValidation` asks for it',
    names: ['a header that says what is critical', 'a header that says an empty list of it'],
    by: ['jwx'],
  },
  {
    because:
      'RFC 7515, 4.1.9, has `application/` left out where there is no other slash, and jose puts it back',
    names: ['a header that says its kind otherwise'],
    by: ['jose'],
  },
  {
    because: 'jose takes the one key that fits where a header names none',
    names: ['a header that says no key'],
    by: ['jose'],
  },
]

/** What a verifier opens by a question that expects to be refused; `null` where it refuses. */
export function takenBy(verifier, name) {
  const isTaken = TAKEN.some(({ names, by }) => names.includes(name) && by.includes(verifier))
  return isTaken ? { 'export-4k': true } : null
}

/** In words, why a verifier takes what it should not: one line each. */
export function leniencyOf(verifier) {
  const found = TAKEN.filter(({ by }) => by.includes(verifier))
  return found.map(({ because, names }) => `takes ${names.join(', ')}: ${because}`)
}
