import type { ServiceMonth } from '@smartkey/calendar';
import { schema } from '@smartkey/http';

const { list, object, serviceMonth, text } = schema;

/** A service month of a contract that is issued, and the number of its invoice. */
export interface IssuedMonth {
  readonly month: ServiceMonth;
  readonly number: string;
}

/** The issued months that the facts of a command lie in, whether or not a yen changes. */
export const affectsSchema = (more = '') => ({
  ...list(object({ month: serviceMonth(), number: text('Of the invoice.') })),
  description: `The issued months that the facts lie in, whether or not a yen changes.${more}`,
});
