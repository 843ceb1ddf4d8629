/** How a problem is documented: its page is made of these words. */
export interface ProblemSpec {
  readonly status: number
  readonly title: string
  /** Whether the same request may succeed later. */
  readonly retryable: boolean
  /** What led to it, and what to do: for the reader of the page. */
  readonly help: string
}
