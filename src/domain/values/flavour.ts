declare const flavour: unique symbol

/**
 * A string or number that stands for one kind of thing. A plain value is taken for any kind, so that nothing has to be cast;
 * a value of one kind is never taken for another. At run time it is the plain value.
 */
export type Flavoured<Base extends string | number, Name extends string> = Base & {
  readonly [flavour]?: Name
}
