import { jstDayOf, type JstDay } from '@smartkey/calendar';
import type { Instant } from '@smartkey/kernel';
import type { ContractMessages } from '@smartkey/messages';
import type { ContractFacts } from './contract-facts.ts';

/** Why a correction is made: both sides agreed on something else, or something had been wrong. Tax period and booking differ. */
export type CorrectionGround = 'agreement' | 'error';

/** A message of a contract by which something is billed otherwise than before it. */
export interface ContractCause {
  /** In the stream `contract-<ctr_…>`. */
  readonly revision: number;
  /** The JST day of its business time. */
  readonly day: JstDay;
  readonly ground: CorrectionGround;
}

/** A message of a contract's stream, as it was told. */
export interface ToldOfContract {
  readonly type: string;
  readonly revision: number;
  readonly occurredAt: Instant;
  readonly data: unknown;
}

/** What a message is as a cause. @param before the facts before it, where it does not concern a fee. */
export const causeBy = (message: ToldOfContract, before?: ContractFacts): ContractCause => ({
  revision: message.revision,
  day: jstDayOf(message.occurredAt),
  ground: isAgreed(message, before) ? 'agreement' : 'error',
});

/** A replaced quote, a moved start, a waived fee. A start that is set for the first time, or a mistaken fee, is none. */
function isAgreed({ type, data }: ToldOfContract, before: ContractFacts | undefined): boolean {
  switch (type) {
    case 'PriceQuoted':
      return (data as ContractMessages['PriceQuoted']).quote.replaces !== undefined;
    case 'BillingStartSet':
      return before?.billingStart !== undefined;
    case 'FeeWaived':
      return (data as ContractMessages['FeeWaived']).mistake !== true;
    default:
      return false;
  }
}
