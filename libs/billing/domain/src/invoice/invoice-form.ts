import type { ServiceMonth } from '@smartkey/calendar';

/**
 * What a document must show, by its service month (by supply, not by date of issue):
 * `plain` 請求書, to 2019-09; `categorised` 区分記載請求書, totals per rate, to 2023-09; `qualified` 適格請求書, from 2023-10, with the
 * issuer's registration number, the rate and the tax per rate.
 */
export type InvoiceForm = 'plain' | 'categorised' | 'qualified';

export const formOf = (month: ServiceMonth): InvoiceForm => {
  if (month >= '2023-10') return 'qualified';
  return month >= '2019-10' ? 'categorised' : 'plain';
};
