import type { DomainEvent, Instant, ContractId } from '@smartkey/kernel';

/** The facts of `denials-<ctr_…>`: counts of a span of time, never a refusal each. */
export type DenialsCounted = DomainEvent<
  'DenialsCounted',
  {
    readonly contract: ContractId;
    readonly from: Instant;
    readonly to: Instant;
    readonly byReason: Readonly<Record<string, number>>;
  }
>;
