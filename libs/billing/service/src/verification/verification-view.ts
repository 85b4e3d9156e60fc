import { schema } from '@smartkey/http';
import type { Difference } from './differences.ts';

const { anything, list, object, text, trueOrFalse } = schema;

/** What deriving a document again came to. */
export interface Verification {
  readonly identical: boolean;
  readonly differences?: readonly Difference[];
}

export const verificationSchema = object({
  identical: trueOrFalse(),
  'differences?': list(object({ pointer: text(), 'issued?': anything(), 'derived?': anything() })),
});
