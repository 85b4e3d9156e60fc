import type { Difference } from './differences.ts';

/** What deriving a document again came to. */
export interface Verification {
  readonly identical: boolean;
  readonly differences?: readonly Difference[];
}

export const differing = (...differences: readonly Difference[]): Verification => ({
  identical: false,
  differences,
});
