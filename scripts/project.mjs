import { fileURLToPath } from 'node:url'

/** The project's own folder, wherever a command was called from. */
export const PROJECT = fileURLToPath(new URL('..', import.meta.url))

/** Prints one plain sentence instead of a stack trace, and ends. */
export function giveUp(message, exitCode = 1) {
  console.error(`\n${message}\n`)
  process.exit(exitCode)
}
