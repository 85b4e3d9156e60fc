import type { Instant } from '@smartkey/kernel';

/** `2018-01-31 15:00:00.123+00` (the session is in UTC) to the canonical `2018-01-31T15:00:00.123Z`. */
export const instantOfText = (text: string): Instant =>
  `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).slice(0, 3).padEnd(3, '0')}Z` as Instant;
