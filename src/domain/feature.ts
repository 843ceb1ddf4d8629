/** The kinds of feature: a yes, or a yes with a value. */
export type FeatureType = 'boolean' | 'config'

/** A thing that can be used. `key` and `type` never change; an archived feature takes no new entitlements. */
export interface Feature {
  readonly key: string
  readonly type: FeatureType
  readonly archived: boolean
}
