import type { ProblemFacts } from '../../contract/problems/problems.ts'

/** What of a request is wrong where, as the problem `malformed_request` names it. `within`: where it stands that was read. */
export function placesOf(
  within: readonly PropertyKey[],
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
): NonNullable<ProblemFacts['errors']> {
  return issues.map(({ path, message }) => ({ path: [...within, ...path].join('.'), message }))
}
