import type { ServiceMonth } from '@smartkey/calendar';

/** The version of the terms that governs a service month (附則), by the day it came into force. */
export const termsVersionIn = (month: ServiceMonth): string =>
  month >= '2018-01' ? '2018-01-01' : '2016-03-01';
