/** A promise was broken: the ledger is wrong, or the simulation is. */
export class Violation extends Error {
  override readonly name = 'Violation'
}

export function promise(isKept: boolean, broken: () => string): void {
  if (!isKept) throw new Violation(broken())
}
