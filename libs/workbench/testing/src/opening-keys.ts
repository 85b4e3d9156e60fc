import type { SubjectKeys } from '@smartkey/secrets';

const refused = () => Promise.reject(new Error('these keys only open'));

/**
 * Keys by which the golden events of a service are read: what a golden file holds as sealed is a text that anybody can make.
 * @param text what such a text says; itself, unless told otherwise.
 */
export const openingKeys = (text = (sealed: string): string => sealed): SubjectKeys => ({
  seal: refused,
  sealMany: refused,
  sealFirst: refused,
  erase: refused,
  forget: refused,
  heed: refused,
  open: (_subject, sealed) => Promise.resolve(sealed.map(text)),
  openMany: (requests) => Promise.resolve(requests.map(({ sealed }) => sealed.map(text))),
});

/** The sealed texts are the texts, in reverse. */
export const reversingKeys = openingKeys((sealed) => [...sealed].reverse().join(''));
