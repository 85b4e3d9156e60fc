import { jstDayOf, lastDayOf, monthOfDay, type JstDay, type ServiceMonth } from '@smartkey/calendar';
import { invalid, type Instant, type Refused } from '@smartkey/kernel';

/** One version of the terms of service (附則), named after the day from which it is in force. */
export interface TermsVersion {
  readonly version: string;
  readonly inForceFrom: JstDay;
}

/** 附則: in force from 2016-03-01, changed 2018-01-01. In order; a new version is one more entry. */
export const TERMS: readonly [TermsVersion, ...TermsVersion[]] = [
  { version: '2016-03-01', inForceFrom: '2016-03-01' },
  { version: '2018-01-01', inForceFrom: '2018-01-01' },
];

/** Nothing before this day is accepted (附則). */
export const FIRST_DAY_OF_TERMS: JstDay = TERMS[0].inForceFrom;
export const FIRST_MONTH_OF_TERMS: ServiceMonth = monthOfDay(FIRST_DAY_OF_TERMS);

/** The version that governs a fact of that day; `undefined` before the terms came into force. */
export const termsVersionOn = (day: JstDay): string | undefined =>
  TERMS.findLast((terms) => terms.inForceFrom <= day)?.version;

/** The version that governs a fact that occurred at that instant. */
export const termsVersionAt = (instant: Instant): string | undefined => termsVersionOn(jstDayOf(instant));

/** The version that governs what is accepted as a fact of that day: nothing is of a day before the first (`notBeforeTheTerms`). */
export const governingTermsOn = (day: JstDay): string => termsVersionOn(day) ?? TERMS[0].version;

/** The version that a service month is billed by: the one in force at its end. Nothing is billed before the first, which stands for those months. */
export const termsVersionIn = (month: ServiceMonth): string => governingTermsOn(lastDayOf(month));

/** Refuses a day before the terms came into force (附則). */
export const notBeforeTheTerms = (day: JstDay, pointer?: string): Refused =>
  day < FIRST_DAY_OF_TERMS
    ? invalid(
        'before-the-terms',
        `nothing before ${FIRST_DAY_OF_TERMS}, when the terms came into force, is accepted`,
        { rule: '附則', ...(pointer === undefined ? {} : { pointer }) },
      )
    : undefined;
