/** What a change rests on, by its `If-Match`. */
export function conditionOf({ 'if-match': version }: { readonly 'if-match'?: number | 'any' | undefined }) {
  return version ?? null
}
