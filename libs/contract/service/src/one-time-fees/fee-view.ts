import type { JstDay } from '@smartkey/calendar';
import type { Fee } from '@smartkey/contract-domain';
import { schema } from '@smartkey/http';

const { idOf, jstDay, nullable, object, oneOf, text, yen } = schema;

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

export const feeSchema = object({
  id: idOf('fee'),
  amount: yen(),
  description: text(),
  occurredOn: jstDay(),
  taxCode: oneOf(['standard', 'out-of-scope']),
  termsVersion: text('Version of the terms (附則).'),
  'planChange?': idOf('pch'),
  waived: nullable(text('Why it need not be paid.')),
});
