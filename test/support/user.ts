/** A user of whom nothing is recorded: every test has its own, and so needs no other test and no wiping. */
export function aUser(): string {
  return `user-${crypto.randomUUID()}`
}
