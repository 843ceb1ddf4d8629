/** Whether everything is to be tried: `npm run test:whole`. `npm test` tries a part of what takes minutes. */
export const IS_WHOLE = import.meta.env.MODE === 'whole'

/** All of them in a whole run, else one of so many, the first among them. */
export function oneIn<T>(step: number, all: readonly T[]): readonly T[] {
  return IS_WHOLE ? all : all.filter((_one, index) => index % step === 0)
}
