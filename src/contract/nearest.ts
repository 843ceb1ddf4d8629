/** What others call it. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  expiresat: 'endsAt',
  expires: 'endsAt',
  expiry: 'endsAt',
  validuntil: 'endsAt',
  validfrom: 'startsAt',
  quantity: 'amount',
  count: 'amount',
  units: 'amount',
  seats: 'quantity',
  disabled: 'enabled',
  everybody: 'everyone',
  plan: 'product',
  plans: 'products',
}

/** How long a text may be that is compared: somebody may send any. */
const LENGTH_MAX = 40

/** The word that was meant, `null` where none is near. */
export function nearest(said: string, known: readonly string[]): string | null {
  if (said.length > LENGTH_MAX) return null
  const plain = plainOf(said)
  const elsewhere = ELSEWHERE[plain]
  if (elsewhere !== undefined && known.includes(elsewhere)) return elsewhere
  const [best] = known
    .map((word) => ({ word, distance: distanceOf(plain, plainOf(word)) }))
    .filter(
      ({ word, distance }) =>
        distance <= 2 + Number(plainOf(word).startsWith(plain)) * LENGTH_MAX && distance < plain.length,
    )
    .toSorted((a, b) => a.distance - b.distance)
  return best?.word ?? null
}

function plainOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

/** How many letters have to be put in, left out or changed to make one text of the other. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + Number(a[i - 1] !== b[j - 1])
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
