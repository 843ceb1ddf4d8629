import fc from 'fast-check'
import { IS_WHOLE } from '../support/whole.ts'

/** By chance, beside the stories. */
const PLAYS = IS_WHOLE ? 80 : 20

/** The kinds of step that chance draws from: checks as often as all else. */
interface Steps<Step> {
  readonly anOccasion: fc.Arbitrary<Step>
  readonly aWait: fc.Arbitrary<Step>
  readonly aCheck: fc.Arbitrary<Step>
}

/** Plays steps in orders that chance makes, and first the stories that it comes to seldom. */
export async function inAnyOrder<Step>(
  { anOccasion, aWait, aCheck }: Steps<Step>,
  stories: readonly (readonly Step[])[],
  play: (steps: readonly Step[]) => Promise<void>,
): Promise<void> {
  const step = fc.oneof(
    { weight: 2, arbitrary: anOccasion },
    { weight: 2, arbitrary: aWait },
    { weight: 4, arbitrary: aCheck },
  )
  const property = fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 50 }), play)
  const examples = stories.map((story): [Step[]] => [[...story]])
  await fc.assert(property, { numRuns: examples.length + PLAYS, examples })
}
