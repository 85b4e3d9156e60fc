import type { ServiceMonth } from '@smartkey/calendar';

/** A service month as documents name it: 2024年1月分. */
export const monthInWords = (month: ServiceMonth): string =>
  `${Number(month.slice(0, 4))}年${Number(month.slice(5))}月分`;
