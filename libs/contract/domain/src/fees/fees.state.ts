import type { Fact } from '@smartkey/kernel';
import type { ContractEvent } from '../contract.events.ts';
import type { FeeObligationArose, FeeWaived } from './fees.events.ts';

export type Fee = FeeObligationArose['data'] & {
  /** Why it need not be paid, where it was waived. */
  readonly waived?: string;
  /** It was entered by mistake. */
  readonly mistake?: true;
};

/** In the order in which they arose. */
export type Fees = readonly Fee[];

export const noFees: Fees = [];

export function evolveFees(fees: Fees, event: Fact<ContractEvent>): Fees {
  switch (event.type) {
    case 'FeeObligationArose':
      return [...fees, event.data];
    case 'FeeWaived':
      return fees.map((fee) => (fee.fee === event.data.fee ? waivedBy(fee, event.data) : fee));
    default:
      return fees;
  }
}

const waivedBy = (fee: Fee, { reason, mistake }: FeeWaived['data']): Fee => ({
  ...fee,
  waived: reason,
  ...(mistake && { mistake }),
});
