/** What a list with commas names, with any spaces around. */
export function listOf(text: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  return names.filter((name) => name !== '')
}
