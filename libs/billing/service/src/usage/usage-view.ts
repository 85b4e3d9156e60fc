import type { ServiceMonth } from '@smartkey/calendar';
import { schema } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import type { Plan } from '@smartkey/terms';

const { decimal, idOf, instant, mapOf, nullable, object, oneOf, serviceMonth, trueOrFalse, wholeNumber } =
  schema;

/** A contract's quantities of a month. */
export interface Usage {
  readonly contract: string;
  readonly month: ServiceMonth;
  readonly plan: Plan | null;
  /** Billing has every event of the month. */
  readonly complete: boolean;
  readonly accounts: {
    readonly count: number;
    readonly byUsedDays: Readonly<Record<string, number>>;
    readonly coefficientSum: string;
  };
  readonly authentications: { readonly count: number; readonly byDay: Readonly<Record<string, number>> };
  /** Everything that occurred before is counted. */
  readonly asOf: Instant | null;
}

/** One account of an enterprise month (別紙1 備考(1)). */
export interface AccountUsage {
  readonly account: string;
  readonly usedDays: number;
  readonly coefficient: string;
  readonly fee: string | null;
}

export const usageSchema = object({
  contract: idOf('ctr'),
  month: serviceMonth(),
  plan: nullable(oneOf(['enterprise', 'service-provider'])),
  complete: trueOrFalse(),
  accounts: object({
    count: wholeNumber('Accounts with a used day.'),
    byUsedDays: mapOf(wholeNumber(), 'Accounts by number of used days.'),
    coefficientSum: decimal(),
  }),
  authentications: object({ count: wholeNumber(), byDay: mapOf(wholeNumber()) }),
  asOf: nullable(instant('Everything that occurred before is counted.')),
});

export const accountUsageSchema = object({
  account: idOf('rid'),
  usedDays: wholeNumber(),
  coefficient: decimal(),
  fee: nullable(decimal('Before rounding; null while no quote governs the month.')),
});
