import {
  accountsIn,
  coefficientOf,
  coefficientSumOf,
  decimalOfThousandths,
  feeOfAccount,
  type Invoice,
  type UsedDaysHistogram,
} from '@smartkey/billing-domain';
import { daysIn, endOfMonth, jstDayOf, type ServiceMonth } from '@smartkey/calendar';
import {
  decodeCursor,
  encodeCursor,
  notFoundProblem,
  pageOf,
  type Page,
  type PageQuery,
} from '@smartkey/http';
import type { Clock, Instant, ContractId } from '@smartkey/kernel';
import type { ProjectionReader } from '@smartkey/projections';
import type { ServiceParts } from '@smartkey/runtime';
import { billingWindowIn, planIn } from '@smartkey/terms';
import { quoteFor, type ContractFacts } from '@smartkey/facts';
import type { Sql } from '@smartkey/database';
import { documentsBilling } from '../documents/billing-documents.query.ts';
import type { InvoiceLog } from '../log/invoice-log.ts';
import { billedMeasure, differenceOf, enterpriseMeasure, nothingOf, quantitiesOf } from './billed-usage.ts';
import { contractFactsAt, usedDaysAt } from '../ledger/as-read.ts';
import { accountDaysOf } from '../ledger/account-days.query.ts';
import {
  blockedBy,
  blockOf,
  completeUpTo,
  sourcesBehind,
  wantComplete,
  type Watermarks,
} from '../ledger/completeness.ts';
import { contractFactsOf } from '../ledger/contract-facts.query.ts';
import { daysLived } from '../ledger/days-lived.ts';
import type { DaysOf } from '../ledger/days-of.ts';
import type { AwaitedContracts } from '../ledger/awaited-contracts.ts';
import { successesByDay } from '../ledger/successes.query.ts';
import { usedDaysOf } from '../ledger/used-days.query.ts';
import type { AccountUsage, Usage } from './usage-view.ts';

/** A contract's quantities of a month, by the same statements that its invoice is drawn up from. */
export class UsageReader {
  constructor(
    private readonly ledger: ProjectionReader,
    private readonly contracts: AwaitedContracts,
    private readonly clock: Clock,
    private readonly documents: ProjectionReader,
    private readonly invoices: InvoiceLog,
    private readonly want: ServiceParts['wantWatermark'],
  ) {}

  /**
   * What was used of a month; as of an instant, and as it was known at one, where they are named.
   * @throws ProblemException 404, 503
   */
  async usageOf(contract: ContractId, month: ServiceMonth, at: UsageAt = {}): Promise<Usage> {
    await this.contracts.awaited(contract);
    const upTo = this.#upTo(at);
    const issued = await this.#documentsOf(contract, month, at);
    let promised: Watermarks = new Map();
    const usage = await this.ledger.snapshot(async (sql, watermarks, parked): Promise<Usage> => {
      promised = watermarks;
      const facts = await factsSeen(sql, contract, at);
      const used = usedDaysSpan(facts, month, upTo);
      const window = lived(facts, month, upTo);
      const histogram = used === undefined ? [] : await histogramSeen(sql, used, at);
      const byDay = window === undefined ? {} : await successesByDay(sql, window);
      const blocked = blockOf(blockedBy(parked), contract) !== undefined;
      const authentications = Object.values(byDay).reduce((sum, count) => sum + count, 0);
      const plan = planIn(facts, month);
      const billed = billedMeasure(month, issued);
      const difference =
        billed &&
        differenceOf(
          plan === 'enterprise'
            ? enterpriseMeasure(histogram, month)
            : plan === 'service-provider'
              ? { plan, successes: authentications }
              : nothingOf(billed.plan),
          billed,
        );
      const complete = completeUpTo(watermarks);
      const past = at.asOf !== undefined || at.knownAt !== undefined;
      const ended = !past || endOfMonth(month) <= upTo;
      return {
        contract,
        month,
        plan: plan ?? null,
        complete: ended && !blocked && sourcesBehind(watermarks, month).length === 0,
        accounts: {
          count: accountsIn(histogram),
          byUsedDays: Object.fromEntries(histogram),
          coefficientSum: decimalOfThousandths(coefficientSumOf(histogram, daysIn(month))),
        },
        authentications: { count: authentications, byDay },
        asOf: past && complete !== null && complete > upTo ? upTo : complete,
        ...(billed && { billed: quantitiesOf(billed) }),
        ...(difference && { difference: quantitiesOf(difference) }),
      };
    });
    wantComplete(promised, [endOfMonth(month), this.clock.now()].sort()[0]!, this.want);
    return usage;
  }

  /** The per-account statement (別紙1 備考(1)). @throws ProblemException 404, 503 */
  async accountsOf(
    contract: ContractId,
    month: ServiceMonth,
    { limit, cursor }: PageQuery,
  ): Promise<Page<AccountUsage>> {
    await this.contracts.awaited(contract);
    const after = cursor === undefined ? '' : decodeCursor(cursor, 'string')[0];
    return this.ledger.snapshot(async (sql) => {
      const facts = known(await contractFactsOf(sql, contract));
      const used = usedDaysSpan(facts, month, this.clock.now());
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

  /** The documents that bill something of the month, as they were issued and known by then, in the order of issue. */
  async #documentsOf(
    contract: ContractId,
    month: ServiceMonth,
    { asOf, knownAt }: UsageAt,
  ): Promise<readonly Invoice[]> {
    const rows = await documentsBilling(this.documents.sql, [{ contract, month }]);
    const logged = await this.invoices.findMany(rows.map(({ number }) => number));
    return logged
      .filter(
        ({ occurredAt, recordedAt }) =>
          (asOf === undefined || occurredAt <= asOf) && (knownAt === undefined || recordedAt <= knownAt),
      )
      .map(({ invoice }) => invoice);
  }

  /** The last instant that counts: no later one is true yet, and none was known. */
  #upTo({ asOf, knownAt }: UsageAt): Instant {
    const now = this.clock.now();
    return [asOf ?? now, knownAt ?? now].reduce((a, b) => (b < a ? b : a), now);
  }
}

/** At which instants a look at the past is taken. */
interface UsageAt {
  readonly asOf?: Instant;
  readonly knownAt?: Instant;
}

/** The billing window in the month, as far as it has been lived through. */
function lived(facts: ContractFacts, month: ServiceMonth, upTo: Instant): DaysOf | undefined {
  const window = billingWindowIn(facts, month);
  const days = window && daysLived(window, jstDayOf(upTo));
  return days && { contract: facts.contract, days };
}

/** Used days are those of enterprise months only (別紙1 備考(1)). */
const usedDaysSpan = (facts: ContractFacts, month: ServiceMonth, upTo: Instant): DaysOf | undefined =>
  planIn(facts, month) === 'enterprise' ? lived(facts, month, upTo) : undefined;

async function factsSeen(sql: Sql, contract: ContractId, { asOf, knownAt }: UsageAt): Promise<ContractFacts> {
  if (asOf === undefined && knownAt === undefined) return known(await contractFactsOf(sql, contract));
  return contractFactsAt(sql, contract, knownAt && { recordedBy: knownAt }, asOf);
}

async function histogramSeen(sql: Sql, used: DaysOf, { knownAt }: UsageAt): Promise<UsedDaysHistogram> {
  if (knownAt !== undefined) return usedDaysAt(sql, used.contract, used.days, { recordedBy: knownAt });
  const [histogram = []] = await usedDaysOf(sql, [used]);
  return histogram;
}

function known(facts: ContractFacts | undefined): ContractFacts {
  if (facts === undefined) throw notFoundProblem();
  return facts;
}
