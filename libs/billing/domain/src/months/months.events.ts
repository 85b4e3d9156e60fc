import type { ServiceMonth } from '@smartkey/calendar';
import type { DomainEvent, ContractId } from '@smartkey/kernel';

/** A month of a contract is done: its ordinary invoice is issued, or nothing was due when it was looked at. */
export type MonthClosed = DomainEvent<
  'MonthClosed',
  {
    readonly contract: ContractId;
    readonly month: ServiceMonth;
  } & ({ readonly outcome: 'issued'; readonly number: string } | { readonly outcome: 'nothing-due' })
>;

/** Stream of one contract's months. */
export const billingStreamOf = (contract: ContractId): string => `billing-${contract}`;
