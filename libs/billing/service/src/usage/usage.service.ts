import {
  accountsIn,
  coefficientOf,
  coefficientSumOf,
  decimalOfThousandths,
  feeOfAccount,
} from '@smartkey/billing-domain';
import { daysIn, jstDayOf, type ServiceMonth } from '@smartkey/calendar';
import {
  decodeCursor,
  encodeCursor,
  notFoundProblem,
  pageOf,
  type Page,
  type PageQuery,
} from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import { billingWindowIn, planIn, type Plan } from '@smartkey/terms';
import { quoteFor, type ContractFacts } from '@smartkey/facts';
import { accountDaysOf, successesByDay } from '../ledger/account-days.query.ts';
import { blockedBy, blockOf, completeUpTo, sourcesBehind } from '../ledger/completeness.ts';
import { contractFactsOf } from '../ledger/contract-facts.query.ts';
import { daysLived } from '../ledger/days-lived.ts';
import { usedDaysOf, type DaysOf } from '../ledger/used-days.query.ts';
import type { BillingContext } from '../shared/billing-context.ts';

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

export interface AccountUsage {
  readonly account: string;
  readonly usedDays: number;
  readonly coefficient: string;
  readonly fee: string | null;
}

/** A contract's quantities of a month, by the same statements that its invoice is drawn up from. */
export class UsageService {
  constructor(private readonly billing: BillingContext) {}

  /** @throws ProblemException 404, 503 */
  async usageOf(contract: string, month: ServiceMonth): Promise<Usage> {
    await this.billing.awaitContract(contract);
    return this.billing.ledger.snapshot(async (sql, watermarks, parked) => {
      const facts = known(await contractFactsOf(sql, contract));
      const used = this.#usedDaysOf(facts, month);
      const window = this.#windowOf(facts, month);
      const [histogram] = used === undefined ? [[]] : await usedDaysOf(sql, [used]);
      const byDay = window === undefined ? {} : await successesByDay(sql, window);
      const blocked = blockOf(blockedBy(parked), contract) !== undefined;
      return {
        contract,
        month,
        plan: planIn(facts, month) ?? null,
        complete: !blocked && sourcesBehind(watermarks, month).length === 0,
        accounts: {
          count: accountsIn(histogram!),
          byUsedDays: Object.fromEntries(histogram!),
          coefficientSum: decimalOfThousandths(coefficientSumOf(histogram!, daysIn(month))),
        },
        authentications: { count: Object.values(byDay).reduce((sum, count) => sum + count, 0), byDay },
        asOf: completeUpTo(watermarks),
      };
    });
  }

  /** The per-account statement (別紙1 備考(1)). @throws ProblemException 404, 503 */
  async accountsOf(
    contract: string,
    month: ServiceMonth,
    { limit, cursor }: PageQuery,
  ): Promise<Page<AccountUsage>> {
    await this.billing.awaitContract(contract);
    const after = cursor === undefined ? '' : decodeCursor(cursor, 'string')[0];
    return this.billing.ledger.snapshot(async (sql) => {
      const facts = known(await contractFactsOf(sql, contract));
      const used = this.#usedDaysOf(facts, month);
      const rows = used === undefined ? [] : await accountDaysOf(sql, used, after, limit + 1);
      const quote = quoteFor(facts, month);
      const price = quote?.plan === 'enterprise' ? quote.accountFee : undefined;
      return pageOf(
        rows,
        limit,
        ({ account }) => encodeCursor(account),
        ({ account, usedDays }): AccountUsage => ({
          account,
          usedDays,
          coefficient: decimalOfThousandths(coefficientOf(usedDays, daysIn(month))),
          fee: price === undefined ? null : feeOfAccount(usedDays, daysIn(month), price),
        }),
      );
    });
  }

  /** The billing window in the month, as far as it has been lived through. */
  #windowOf(facts: ContractFacts, month: ServiceMonth): DaysOf | undefined {
    const window = billingWindowIn(facts, month);
    const days = window && daysLived(window, jstDayOf(this.billing.clock.now()));
    return days && { contract: facts.contract, days };
  }

  /** Used days are those of enterprise months only (別紙1 備考(1)). */
  #usedDaysOf(facts: ContractFacts, month: ServiceMonth): DaysOf | undefined {
    return planIn(facts, month) === 'enterprise' ? this.#windowOf(facts, month) : undefined;
  }
}

function known(facts: ContractFacts | undefined): ContractFacts {
  if (facts === undefined) throw notFoundProblem();
  return facts;
}
