import { Unfit } from './variable.ts'

/** What a text says as JSON. Throws `Unfit`. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Unfit('is not JSON')
  }
}
