import type { ServiceMonth } from '@smartkey/calendar';
import { formOf } from './invoice-form.ts';

export interface Issuer {
  readonly name: string;
  /** T + 13 digits, as configured; `null`: none. */
  readonly registrationNumber: string | null;
}

/** The issuer as documents of a month show it: the registration number stands on qualified invoices only. */
export const issuerIn = (month: ServiceMonth, issuer: Issuer): Issuer =>
  formOf(month) === 'qualified' ? issuer : { ...issuer, registrationNumber: null };
