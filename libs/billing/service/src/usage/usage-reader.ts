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
import type { Clock } from '@smartkey/kernel';
import type { ProjectionReader } from '@smartkey/projections';
import { billingWindowIn, planIn } from '@smartkey/terms';
import { quoteFor, type ContractFacts } from '@smartkey/facts';
import { accountDaysOf } from '../ledger/account-days.query.ts';
import { blockedBy, blockOf, completeUpTo, sourcesBehind } from '../ledger/completeness.ts';
import { contractFactsOf } from '../ledger/contract-facts.query.ts';
import { daysLived } from '../ledger/days-lived.ts';
import type { DaysOf } from '../ledger/days-of.ts';
import type { KnownContracts } from '../ledger/known-contracts.ts';
import { successesByDay } from '../ledger/successes.query.ts';
import { usedDaysOf } from '../ledger/used-days.query.ts';
import type { AccountUsage, Usage } from './usage-view.ts';

/** A contract's quantities of a month, by the same statements that its invoice is drawn up from. */
export class UsageReader {
  constructor(
    private readonly ledger: ProjectionReader,
    private readonly contracts: KnownContracts,
    private readonly clock: Clock,
  ) {}

  /** @throws ProblemException 404, 503 */
  async usageOf(contract: string, month: ServiceMonth): Promise<Usage> {
    await this.contracts.awaited(contract);
    return this.ledger.snapshot(async (sql, watermarks, parked) => {
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
    await this.contracts.awaited(contract);
    const after = cursor === undefined ? '' : decodeCursor(cursor, 'string')[0];
    return this.ledger.snapshot(async (sql) => {
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
    const days = window && daysLived(window, jstDayOf(this.clock.now()));
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
