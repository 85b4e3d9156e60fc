/** What kinds of things have ids of ours; a new one is made by `@smartkey/identity`. */
export type IdPrefix =
  | 'ctr'
  | 'can'
  | 'pch'
  | 'quo'
  | 'fee'
  | 'rid'
  | 'dev'
  | 'enr'
  | 'aut'
  | 'chl'
  | 'key'
  | 'imp'
  | 'spl'
  | 'run'
  | 'crn'
  | 'exp'
  | 'apr'
  | 'per'
  | 'ses'
  | 'psk'
  | 'mail'
  | 'cmd';

/** Whether a text has the form of an id with that prefix (nothing is said of its existence). */
export const isId = (prefix: IdPrefix, text: string): boolean =>
  text.length === prefix.length + 27 &&
  text.startsWith(`${prefix}_`) &&
  /^[0-9a-hjkmnp-tv-z]{26}$/.test(text.slice(-26));
