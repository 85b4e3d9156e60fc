import type { ServiceMonth } from '@smartkey/calendar';
import type { Instant, AccountId, ContractId } from '@smartkey/kernel';
import type { Decimal } from '@smartkey/money';
import type { Plan } from '@smartkey/terms';

/** The measure of a month's plan: accounts of an enterprise month, authentications of a service-provider one. */
export interface Quantities {
  readonly accounts?: {
    readonly count: number;
    /** Exact decimal. */
    readonly coefficientSum: Decimal;
  };
  readonly authentications?: { readonly count: number };
}

/** A contract's quantities of a month; `complete`: billing has every event of it. */
export interface Usage {
  readonly contract: ContractId;
  readonly month: ServiceMonth;
  readonly plan: Plan | null;
  readonly complete: boolean;
  readonly accounts: {
    /** Accounts with a used day. */
    readonly count: number;
    /** Accounts by number of used days. */
    readonly byUsedDays: Readonly<Record<string, number>>;
    /** Exact decimal. */
    readonly coefficientSum: Decimal;
  };
  readonly authentications: { readonly count: number; readonly byDay: Readonly<Record<string, number>> };
  /** Everything that occurred before is counted. */
  readonly asOf: Instant | null;
  /** Of an issued month: what documents so far have billed. */
  readonly billed?: Quantities;
  /** What was used less what is billed, where they differ, also without a yen. */
  readonly difference?: Quantities;
}

/** One account of an enterprise month (別紙1 備考(1)). */
export interface AccountUsage {
  readonly account: AccountId;
  readonly usedDays: number;
  /** Exact decimal. */
  readonly coefficient: Decimal;
  /** Before rounding; null while no quote governs the month. */
  readonly fee: Decimal | null;
}
