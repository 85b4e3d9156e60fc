import type { JstDay } from '@smartkey/calendar';
import type { Fee } from '@smartkey/contract-domain';
import { schema } from '@smartkey/http';
import { acceptedAfter, theOne, type Outcome } from '../contracts/outcome.ts';
import { affectsInAnswer } from '../late-facts/affected-months.ts';

const { idOf, jstDay, nullable, object, oneOf, text, trueOrFalse, yen } = schema;

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
  /** It was waived because it had been entered by mistake. */
  readonly mistake?: true;
}

export const feeView = ({ fee: id, kind: _kind, arisenOn: occurredOn, waived, ...fee }: Fee): FeeView => ({
  id,
  ...fee,
  occurredOn,
  waived: waived ?? null,
});

/** The fee that a command was about, as it stands after it. */
export const feeAfter = (outcome: Outcome, id: string): FeeView =>
  feeView(theOne(acceptedAfter(outcome).fees, ({ fee }) => fee === id));

export const feeSchema = object({
  id: idOf('fee'),
  amount: yen(),
  description: text(),
  occurredOn: jstDay(),
  taxCode: oneOf(['standard', 'out-of-scope']),
  termsVersion: text('Version of the terms (附則).'),
  'planChange?': idOf('pch'),
  waived: nullable(text('Why it need not be paid.')),
  'mistake?': trueOrFalse('Waived because it had been entered on a wrong day or under a wrong code.'),
  'affects?': affectsInAnswer,
});
