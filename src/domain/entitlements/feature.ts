/** The kinds of feature: a yes, a yes with a value, or so much of something. */
export type FeatureType = 'boolean' | 'config' | 'metered'

/** Whether more may be spent than is there. */
export type Overage = 'deny' | 'allow'

/** A thing that can be used. `key`, `type` and `overage` never change; an archived feature takes no new entitlements. */
export interface Feature {
  readonly key: string
  readonly type: FeatureType
  readonly overage: Overage
  readonly archived: boolean
}
