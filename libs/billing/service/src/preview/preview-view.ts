import { schema } from '@smartkey/http';
import { invoiceContent } from '../invoices/invoice-view.ts';

const { nullable, object, oneOf, text, trueOrFalse } = schema;

/** The invoice of a month as it would be issued now; of a month in which nothing is due only what names it. */
export const previewSchema = object({
  outcome: oneOf(['invoice', 'nothing-due']),
  complete: trueOrFalse('Whether billing has every event of the month.'),
  number: nullable(text('Null until it is issued.')),
  ...Object.fromEntries(
    Object.entries(invoiceContent).map(([name, member]) => [
      name === 'contract' || name === 'month' ? name : `${name}?`,
      member,
    ]),
  ),
});
