import { lookUntil } from '@smartkey/lifecycle';
import type { ContractId } from '@smartkey/kernel';
import {
  ofVersion,
  rulesOf,
  type BillingPolicy,
  type Invoice,
  type MeasuredMonth,
  type RuleVersion,
} from '@smartkey/billing-domain';
import type { ServiceMonth } from '@smartkey/calendar';
import type { Sql } from '@smartkey/database';
import { foldContractFacts, type ContractFacts } from '@smartkey/facts';
import { unavailable } from '@smartkey/http';
import type { WhatIfAnswer, WhatIfAsked } from '@smartkey/messages';
import { big, sumOfYen, type Yen } from '@smartkey/money';
import { basisOfMonth, isSameBasis, type MonthBasis } from '@smartkey/terms';
import { contractFactsOf } from '../ledger/contract-facts.query.ts';
import type { AwaitedContracts } from '../ledger/awaited-contracts.ts';
import { successesOf } from '../ledger/successes.query.ts';
import { usedDaysOf } from '../ledger/used-days.query.ts';
import type { InvoiceLog } from '../log/invoice-log.ts';
import type { SettingsLog } from '../settings/settings-log.ts';
import type { BillingReads } from '../shared/billing-reads.ts';

/** How long the ledger may take to take in what the contract service has just said (system time). */
const PATIENCE_MILLIS = 3_000;
const LOOK_MILLIS = 20;

type MonthRated = WhatIfAnswer['months'][number];

/** An issued month, and how it is rated for ever; neither where this program does not know what its invoice names. */
interface Issued {
  readonly invoice: Invoice;
  readonly rules: RuleVersion | undefined;
  readonly policy: BillingPolicy | undefined;
}

/** What issued months come to, and would come to if a contract said more: for those who judge whether that lowers them. */
export class WhatIf {
  constructor(
    private readonly reads: BillingReads,
    private readonly contracts: AwaitedContracts,
    private readonly settings: SettingsLog,
    private readonly invoices: InvoiceLog,
  ) {}

  /** @throws ProblemException 404 for an unknown contract, 503 where the ledger is behind. */
  async rate(contract: ContractId, { revision, messages }: WhatIfAsked): Promise<WhatIfAnswer> {
    await this.contracts.awaited(contract);
    const { documents, ledger } = this.reads;
    await documents.current();
    const now = await this.#factsAt(contract, revision);
    const then = messages.reduce(
      (facts, message) => foldContractFacts(facts, { ...message, revision: facts.revision + 1 }),
      now,
    );
    const issued = await this.#issuedAndTouched(contract, now, then);
    const months = await ledger.snapshot(async (sql) => {
      const rated: MonthRated[] = [];
      for (const each of issued) {
        const { month, number } = each.invoice;
        const [was, is] = [basisOfMonth(now, month), basisOfMonth(then, month)];
        const used = await usedIn(sql, contract, was);
        const wouldBeUsed = isSameWindow(was, is) ? used : await usedIn(sql, contract, is);
        const [net, netThen] = [netOf(each, was, used), netOf(each, is, wouldBeUsed)];
        rated.push({ month, number, now: net, then: netThen });
        // That one month is lowered, or may be, is all that anybody asks: a contract may have many.
        if (net === null || netThen === null || big(netThen).lt(big(net))) break;
      }
      return rated;
    });
    return { months };
  }

  async #factsAt(contract: ContractId, revision: number): Promise<ContractFacts> {
    const found = await lookUntil(
      async () => {
        const facts = await contractFactsOf(this.reads.ledger.sql, contract);
        return facts !== undefined && facts.revision >= revision ? facts : undefined;
      },
      { atMostMillis: PATIENCE_MILLIS, everyMillis: LOOK_MILLIS },
    );
    if (found === undefined) throw unavailable('The ledger has not taken in this contract yet.');
    return found;
  }

  async #issuedAndTouched(
    contract: ContractId,
    now: ContractFacts,
    then: ContractFacts,
  ): Promise<readonly Issued[]> {
    const rows = await this.reads.documents.sql.query<{ month: ServiceMonth; number: string }>(
      `select month, number from document where kind = 'invoice' and contract = $1 order by month`,
      [contract],
    );
    const touched = rows.filter(
      ({ month }) => !isSameBasis(basisOfMonth(now, month), basisOfMonth(then, month)),
    );
    const logged = await this.invoices.findMany(touched.map(({ number }) => number));
    const policies = await this.settings.policies();
    return logged.map(({ invoice }) => ({
      invoice,
      rules: rulesOf(invoice.inputs.ruleVersion),
      policy: ofVersion(policies, invoice.inputs.policyVersion),
    }));
  }
}

type Used = Pick<MeasuredMonth, 'usedDays' | 'successes'>;

const isSameWindow = (a: MonthBasis, b: MonthBasis): boolean =>
  a.window?.from === b.window?.from && a.window?.to === b.window?.to;

/** What was used of the plan's own measure within the days of a month (第1条). */
async function usedIn(sql: Sql, contract: ContractId, { window, plan }: MonthBasis): Promise<Used> {
  if (window === undefined) return { usedDays: [], successes: 0 };
  const days = [{ contract, days: window }];
  const [usedDays = []] = plan === 'enterprise' ? await usedDaysOf(sql, days) : [];
  const [successes = 0] = plan === 'service-provider' ? await successesOf(sql, days) : [];
  return { usedDays, successes };
}

/** The monthly items of an issued month over what is known now, by its own rules and policy; `null` where they cannot be rated. */
function netOf({ invoice, rules, policy }: Issued, { window, quote }: MonthBasis, used: Used): Yen | null {
  if (window === undefined) return '0';
  if (quote === undefined || rules === undefined || policy === undefined) return null;
  const { contract, month, issuer } = invoice;
  try {
    const lines = rules.monthlyLines({ contract, month, issuer, ...used }, window, quote, policy.yenRounding);
    return sumOfYen(lines.map(({ amount }) => amount));
  } catch (error) {
    // What no rule can rate says nothing of more or less.
    if (error instanceof Error) return null;
    throw error;
  }
}
