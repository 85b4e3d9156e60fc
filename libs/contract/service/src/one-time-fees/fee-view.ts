import type { JstDay } from '@smartkey/calendar';
import type { Fee } from '@smartkey/contract-domain';

/** A one-time fee as it is shown (第7条). */
export interface FeeView {
  readonly id: string;
  readonly amount: string;
  readonly description: string;
  readonly occurredOn: JstDay;
  readonly taxCode: Fee['taxCode'];
  readonly termsVersion: string;
  /** The plan change whose acceptance caused it. */
  readonly planChange?: string;
  /** Why it need not be paid. */
  readonly waived: string | null;
}

export const feeView = ({ fee: id, kind: _kind, arisenOn: occurredOn, waived, ...fee }: Fee): FeeView => ({
  id,
  ...fee,
  occurredOn,
  waived: waived ?? null,
});
