// The part of Node that the flag `nodejs_als` gives to a Worker; all of @types/node would promise more than there is.
declare module 'node:async_hooks' {
  export class AsyncLocalStorage<Store> {
    run<Result>(store: Store, work: () => Result): Result
    getStore(): Store | undefined
  }
}
