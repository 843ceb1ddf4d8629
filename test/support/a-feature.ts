/** A boolean feature, as the catalog takes it. */
export function aBooleanFeature(key: string) {
  return { key, type: 'boolean', overage: 'deny', name: null, unit: null } as const
}
