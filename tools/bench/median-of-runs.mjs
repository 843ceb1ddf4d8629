import { judged } from './rounds.mjs'
import { median, spread } from './statistics.mjs'

/** How far two generators may differ in the ratio that they tell of one path. */
const AGREEMENT = 0.03

/** What whole runs have found, as one: of each number the median, of each spread the whole of it. */
export function medianOfRuns(runs) {
  const [{ paths, startUp }] = runs
  const combined = paths.map((path, index) => {
    const all = runs.map((run) => run.paths[index])
    return judged({ ...path, at: path.at.map((_, at) => medianOfAll(all.map((one) => one.at[at]))) })
  })
  return {
    paths: combined.map((path) => agreeing(path, combined)),
    startUp: startUp.map((figure, index) => {
      const found = medianOfAll(runs.map((run) => run.startUp[index]))
      return { ...found, isReached: figure.goal === null || found.value <= figure.goal }
    }),
  }
}

/** Numbers that were found several times, member by member. */
function medianOfAll(all) {
  const [first] = all
  if (typeof first === 'number') return median(all)
  if (Array.isArray(first)) return spread(all.flat())
  if (typeof first !== 'object' || first === null) return first
  return Object.fromEntries(
    Object.keys(first).map((name) => [name, medianOfAll(all.map((one) => one[name]))]),
  )
}

/** A path that was driven otherwise as well, or is another one driven otherwise, counts only where both come to the same. */
function agreeing(path, paths) {
  const other = paths.find(({ name, agreesWith }) => agreesWith === path.name || name === path.agreesWith)
  if (other === undefined) return path
  const differences = path.at.map(({ ratio }, index) => Math.abs(ratio - other.at[index].ratio))
  const differs = differences.some((difference) => difference > AGREEMENT)
  return { ...path, differs, isReached: path.isReached && !differs }
}
