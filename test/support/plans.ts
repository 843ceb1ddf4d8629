import { expect } from 'vitest'
import { aKey, ask } from './api.ts'

/** What a product gives of a feature, in the words in which it is put. */
type Gives = Readonly<Record<string, unknown>>

/** Puts a product of its own, or another into its place. */
export async function aProduct(
  features: readonly Gives[],
  {
    id = `product-${crypto.randomUUID()}`,
    ...more
  }: { readonly id?: string; readonly [member: string]: unknown } = {},
): Promise<string> {
  const body = { name: 'Pro', features, ...more }
  const { status } = await ask('PUT', `/v4/products/${id}?confirm=true`, { body })
  expect(status).toBeLessThan(300)
  return id
}

/** Gives a product to a user by hand, and answers what the API answered. */
export function givePlan(userId: string, body: Gives, headers: Record<string, string> = aKey()) {
  return ask('POST', `/v4/users/${userId}/products`, { body, headers })
}

/** Where the plan of a user is. */
export function planPath(userId: string, sourceRef: string): string {
  return `/v4/users/${userId}/products/${encodeURIComponent(sourceRef)}`
}
