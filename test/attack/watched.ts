/** What was used since it was last emptied, in the order of use. */
export const used: string[] = []

/** A binding that works as it is, and whose every use is noted. */
export function watched<Binding extends object>(name: string, binding: Binding): Binding {
  return new Proxy(binding, {
    get(target, member) {
      used.push(name)
      const value: unknown = Reflect.get(target, member)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** A body of which is noted that somebody began to read it. */
export function watchedBody(text: string): ReadableStream {
  const pull = (controller: ReadableStreamDefaultController) => {
    used.push('body')
    controller.enqueue(new TextEncoder().encode(text))
    controller.close()
  }
  return new ReadableStream({ pull }, { highWaterMark: 0 })
}
