import fc from 'fast-check'
import { HOSTILE_JSON } from './hostile.ts'

/** Stands for JSON that JavaScript could not write. */
const MARK = '\u{10fffd}mark'

/** JSON with one place, chosen by chance, that holds something hostile, is left out, or is there once more. */
export function mutatedJson(json: unknown): fc.Arbitrary<string> {
  const places = placesOf(json)
  return fc
    .record({
      place: fc.constantFrom(...places),
      how: fc.constantFrom('replaced', 'replaced', 'replaced', 'left out', 'added'),
      hostile: fc.constantFrom(...HOSTILE_JSON),
    })
    .map(({ place, how, hostile }) => {
      const text = JSON.stringify(changedAt(json, place, how))
      return text.replace(JSON.stringify(MARK), () => hostile)
    })
}

/** Where something is in JSON; the empty place is all of it. */
export function placesOf(json: unknown): readonly (readonly string[])[] {
  if (typeof json !== 'object' || json === null) return [[]]
  const inner = Object.entries(json).flatMap(([name, value]) =>
    placesOf(value).map((place) => [name, ...place]),
  )
  return [[], ...inner]
}

function changedAt(json: unknown, place: readonly string[], how: string): unknown {
  const last = place.at(-1)
  if (last === undefined) return MARK
  const copy: unknown = structuredClone(json)
  let holder: unknown = copy
  for (const name of place.slice(0, -1)) holder = Reflect.get(holder as object, name)
  if (how === 'left out') Reflect.deleteProperty(holder as object, last)
  else Reflect.set(holder as object, how === 'added' ? `${last}x` : last, MARK)
  return copy
}
