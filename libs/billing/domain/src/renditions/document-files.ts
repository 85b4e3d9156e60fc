import type { ServiceMonth } from '@smartkey/calendar';
import type { InvoiceBasis } from '../invoice/invoice.ts';
import { formOf } from '../invoice/invoice-form.ts';
import { FILE_KINDS, type FileKind } from './rendition.events.ts';

/** Whether a month's documents have a JP PINT file: it always wants the issuer's registration number (aligned-ibr-jp-04). */
export const hasJpPint = (month: ServiceMonth): boolean => formOf(month) === 'qualified';

/** The files that a document of a month is rendered as. */
export const filesOf = (month: ServiceMonth): readonly FileKind[] =>
  FILE_KINDS.filter((kind) => kind === 'pdf' || hasJpPint(month));

/** Whether accounts were counted for a document: its statement tells them. */
export const hasStatement = ({ plan, usedDays, again = [] }: InvoiceBasis): boolean =>
  [{ plan, usedDays }, ...again].some(
    (rated) => rated.plan === 'enterprise' && (rated.usedDays?.length ?? 0) > 0,
  );
