import { toWellFormed } from './text-rules.ts';

/** One step of a JSON pointer (RFC 6901). A name that the caller made up is cut, since it comes back in the answer. */
export const pointerStep = (name: string | number): string =>
  `/${toWellFormed(String(name).slice(0, 64)).replaceAll('~', '~0').replaceAll('/', '~1')}`;
