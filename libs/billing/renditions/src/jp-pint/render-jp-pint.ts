import { fail, ok, type Result } from '@smartkey/kernel';
import type { PrintableDocument } from '../printable-document.ts';
import type { JpPintRefusal } from './jp-pint-refusal.ts';
import { FIRST_JP_PINT_MONTH } from './jp-pint-version.ts';
import { ownChecks } from './own-checks.ts';
import { pintInvoiceOf } from './pint-invoice-of.ts';
import { fieldsAtFault } from './required-fields.ts';
import { writeUbl } from './ubl.ts';

/**
 * A document as an electronic invoice by JP PINT (`JP_PINT_VERSION`), UBL 2.1 in UTF-8: invoices, corrections and credit notes alike are of
 * type 380, with negative lines where something is given back. Only the difference stands in a correction. Pure; the same text for the
 * same document.
 * @returns the file; or why there is none: the service month is before 2023-10, or fields are missing or broken, all of them at once.
 */
export function renderJpPint(printable: PrintableDocument): Result<string, JpPintRefusal> {
  const { document, sellerEndpoint, buyerEndpoint } = printable;
  if (document.month < FIRST_JP_PINT_MONTH)
    return fail({
      code: 'before-2023-10',
      fields: [
        {
          pointer: '/document/month',
          rule: 'aligned-ibr-jp-04',
          detail: `${document.month}: there are electronic invoices for service months from ${FIRST_JP_PINT_MONTH} on.`,
        },
      ],
    });
  const fields = fieldsAtFault(printable);
  if (fields.length > 0 || sellerEndpoint === undefined || buyerEndpoint === undefined)
    return fail({ code: 'fields', fields });
  const invoice = pintInvoiceOf(printable, { sellerEndpoint, buyerEndpoint });
  const faults = ownChecks(invoice);
  return faults.length > 0 ? fail({ code: 'fields', fields: faults }) : ok(writeUbl(invoice));
}
