import type { ValueDifference } from './differences.ts';

/** What deriving a document again came to. */
export interface Verification {
  readonly identical: boolean;
  readonly differences?: readonly ValueDifference[];
}

export const differing = (...differences: readonly ValueDifference[]): Verification => ({
  identical: false,
  differences,
});
