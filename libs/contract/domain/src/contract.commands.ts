import type { AcceptanceCommand } from './acceptance/acceptance.decide.ts';
import type { ApplicationCommand } from './application/application.decide.ts';
import type { CancellationCommand } from './cancellation/cancellation.decide.ts';
import type { AttestCondition } from './conditions/conditions.decide.ts';
import type { SetDenialReasons } from './denial-reasons/denial-reasons.decide.ts';
import type { FeeCommand } from './fees/fees.decide.ts';
import type { RecordIijIdContract } from './iij-id/iij-id.decide.ts';
import type { PlanChangeCommand } from './plan-change/plan-change.decide.ts';
import type { GiveQuote } from './quotes/quotes.decide.ts';
import type { Moment } from './shared/moment.ts';
import type { SetWithholding } from './withholding/withholding.decide.ts';

/** Nothing is asked for but what time has brought about (see due-effects). */
export interface LetTimePass extends Moment {
  readonly type: 'LetTimePass';
}

export type ContractCommand =
  | ApplicationCommand
  | AcceptanceCommand
  | GiveQuote
  | AttestCondition
  | SetWithholding
  | PlanChangeCommand
  | CancellationCommand
  | FeeCommand
  | RecordIijIdContract
  | SetDenialReasons
  | LetTimePass;
