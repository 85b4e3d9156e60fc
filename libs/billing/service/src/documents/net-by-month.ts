import type { ContractId } from '@smartkey/kernel';
import type { InvoiceMessage } from '@smartkey/messages';
import { sumOfYen, type Yen } from '@smartkey/money';

type Billing = Pick<InvoiceMessage, 'contract' | 'month' | 'lines'>;

/** What documents bill of a contract's month, tax-exclusive. */
export interface NetOfMonth {
  readonly contract: ContractId;
  readonly month: string;
  readonly net: Yen;
}

/** Over all codes, credit notes included; an adjustment counts for the month that it corrects. One row for each contract and month. */
export function netByMonth(documents: readonly Billing[]): readonly NetOfMonth[] {
  const nets = new Map<string, NetOfMonth>();
  for (const { contract, month: own, lines } of documents)
    for (const { item, corrects, amount } of lines) {
      const month = item === 'adjustment' && corrects !== undefined ? corrects.month : own;
      const key = `${contract}/${month}`;
      nets.set(key, { contract, month, net: sumOfYen([nets.get(key)?.net ?? '0', amount]) });
    }
  return [...nets.values()];
}
