import { jstDayOf, type JstDay } from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';

/** One version of the terms of service (附則), named after the day from which it is in force. */
export interface TermsVersion {
  readonly version: string;
  readonly inForceFrom: JstDay;
}

/** 附則: in force from 2016-03-01, changed 2018-01-01. In order; a new version is one more entry. */
export const TERMS: readonly TermsVersion[] = [
  { version: '2016-03-01', inForceFrom: '2016-03-01' },
  { version: '2018-01-01', inForceFrom: '2018-01-01' },
];

/** Nothing before this day is accepted (附則). */
export const FIRST_DAY_OF_TERMS: JstDay = TERMS[0]!.inForceFrom;

/** The version that governs a fact of that day; `undefined` before the terms came into force. */
export const termsVersionOn = (day: JstDay): string | undefined =>
  TERMS.findLast((terms) => terms.inForceFrom <= day)?.version;

/** The version that governs a fact that occurred at that instant. */
export const termsVersionAt = (instant: Instant): string | undefined => termsVersionOn(jstDayOf(instant));
