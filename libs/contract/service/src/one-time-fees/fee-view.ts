import type { PlanChangeId, FeeId } from '@smartkey/kernel';
import type { JstDay } from '@smartkey/calendar';
import type { Fee } from '@smartkey/contract-domain';
import type { Yen } from '@smartkey/money';
import { acceptedAfter, theOne, type Outcome } from '../contracts/outcome.ts';
import type { Affecting } from '../late-facts/affected-months.ts';

/** A one-time fee as it is shown (第7条). */
export interface FeeView extends Affecting {
  readonly id: FeeId;
  /** Whole yen. */
  readonly amount: Yen;
  readonly description: string;
  readonly occurredOn: JstDay;
  readonly taxCode: 'standard' | 'out-of-scope';
  /** Version of the terms (附則). */
  readonly termsVersion: string;
  readonly planChange?: PlanChangeId;
  /** Why it need not be paid. */
  readonly waived: string | null;
  /** Waived because it had been entered on a wrong day or under a wrong code. */
  readonly mistake?: boolean;
}

export const feeView = ({ fee: id, kind: _kind, arisenOn: occurredOn, waived, ...fee }: Fee): FeeView => ({
  id,
  ...fee,
  occurredOn,
  waived: waived ?? null,
});

/** The fee that a command was about, as it stands after it. */
export const feeAfter = (outcome: Outcome, id: FeeId): FeeView =>
  feeView(theOne(acceptedAfter(outcome).fees, ({ fee }) => fee === id));
