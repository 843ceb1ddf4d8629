/** An object that can do these things and no others: what nobody counts, nobody can use unseen. */
export function only<Target extends object>(target: Partial<Record<keyof Target, unknown>>): Target {
  return new Proxy(target, {
    get: (_target, name) => {
      const value: unknown = Reflect.get(target, name)
      // Whoever awaits it looks for a `then`.
      if (value !== undefined || typeof name === 'symbol' || name === 'then') return value
      throw new Error(`"${name}" is not counted`)
    },
  }) as Target
}
