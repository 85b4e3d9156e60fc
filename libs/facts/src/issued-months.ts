import type { ContractId } from '@smartkey/kernel';
import { isServiceMonth, type ServiceMonth } from '@smartkey/calendar';
import type { BillingMessages } from '@smartkey/messages';

/** A service month of a contract that is issued, and the number of its invoice. */
export interface InvoicedMonth {
  readonly month: ServiceMonth;
  readonly number: string;
}

/** A month that a command's facts lie in: issued, with the number of its invoice, or overtaken by a later one, with `null`. */
export interface AffectedMonth {
  readonly month: ServiceMonth;
  /** Of the invoice; null: a later month is issued already, this one is yet to be. */
  readonly number: string | null;
}

interface BillingMessage {
  readonly type: string;
  readonly contract?: ContractId;
  readonly data: unknown;
}

/** The month that a message of billing says to be issued: the invoice itself, or that the month is done with it. */
export function issuedMonthBy({
  type,
  contract,
  data,
}: BillingMessage): (InvoicedMonth & { readonly contract: ContractId }) | undefined {
  const told = toldOfMonth(type, data);
  if (told?.number === undefined || contract === undefined) return undefined;
  const { month, number } = told;
  if (!isServiceMonth(month)) throw new TypeError(`${type} of ${contract} names ${month} as its month`);
  return { contract, month, number };
}

function toldOfMonth(
  type: string,
  data: unknown,
): { readonly month: string; readonly number?: string } | undefined {
  switch (type) {
    case 'MonthClosed': {
      const closed = data as BillingMessages['MonthClosed'];
      return closed.outcome === 'issued' ? closed : undefined;
    }
    case 'InvoiceIssued': {
      const document = data as BillingMessages['InvoiceIssued'];
      return document.kind === 'invoice' ? document : undefined;
    }
    default:
      return undefined;
  }
}
