import type * as z from 'zod'
import type { ProblemFacts } from '../../contract/problems/problems.ts'

/** What of a request is wrong where, as the problem `malformed_request` names it. `within`: where it stands that was read. */
export function placesOf(
  within: readonly PropertyKey[],
  issues: readonly z.core.$ZodIssue[],
): NonNullable<ProblemFacts['errors']> {
  return issues.flatMap((issue) => {
    const place = [...within, ...issue.path]
    const form = formMeant(issue)
    return form === undefined ? [{ path: place.join('.'), message: issue.message }] : placesOf(place, form)
  })
}

/** Of what may have several forms, what is wrong with the one that was meant: it is wrong in a part, and not as a whole. */
function formMeant(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] | undefined {
  if (issue.code !== 'invalid_union') return undefined
  return issue.errors.find((form) => form.length > 0 && form.every(({ path }) => path.length > 0))
}
