/** Whether a call is about several users, whatever else it says: then it is held against what may be said of several. */
export function namesSeveral<Asked extends object>(
  asked: Asked,
): asked is Extract<Asked, { anyOf: unknown }> {
  return typeof asked === 'object' && asked !== null && 'anyOf' in asked && asked.anyOf !== undefined
}
