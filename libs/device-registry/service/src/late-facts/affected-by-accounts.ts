import {
  jstDayOf,
  monthOf,
  monthOfDay,
  nextMonth,
  type ClosedSpan,
  type ServiceMonth,
} from '@smartkey/calendar';
import { touchedDays, type AccountEvent } from '@smartkey/device-registry-domain';
import type { AffectedMonth, ContractFacts, InvoicedMonth } from '@smartkey/facts';
import type { Clock, ContractId } from '@smartkey/kernel';
import { billingWindowIn, planIn } from '@smartkey/terms';
import type { ContractKnowledge } from '../contracts/contract-knowledge.ts';
import type { InvoicedMonths } from './invoiced-months.projection.ts';

/** Late facts are never silent (Invoices): the answer of a command whose fact lies in an issued month names it. */
export class AffectedByAccounts {
  constructor(
    private readonly issued: InvoicedMonths,
    private readonly contracts: ContractKnowledge,
    private readonly clock: Clock,
  ) {}

  /** The months that a command's events lie in, in order: issued, or overtaken by an issued one. */
  async of(contract: ContractId, events: readonly AccountEvent[]): Promise<readonly AffectedMonth[]> {
    const now = this.clock.now();
    const thisMonth = monthOf(now);
    const days = touchedDays(events, jstDayOf(now));
    const first = days.map(({ from }) => monthOfDay(from)).sort()[0];
    // A month is issued after its end: what lies in this one costs no look.
    if (first === undefined || first >= thisMonth) return [];
    const issued = await this.issued.between(contract, first, thisMonth);
    if (issued.length === 0) return [];
    return affectedBy(days, issued, await this.contracts.facts(contract));
  }
}

/**
 * Of the months up to the last issued one: those that are issued, and those that meet the billing window only now (Invoices, *overtaken
 * months*), where the days lie in them and their plan counts registered IDs (第1条).
 * @param issued in order.
 */
function affectedBy(
  days: readonly ClosedSpan[],
  issued: readonly InvoicedMonth[],
  contract: ContractFacts | undefined,
): readonly AffectedMonth[] {
  const numbers = new Map(issued.map(({ month, number }) => [month, number]));
  const last = issued.at(-1)?.month;
  const affected: AffectedMonth[] = [];
  for (const month of monthsOf(days)) {
    const number = numbers.get(month) ?? null;
    if (last === undefined || month > last || !countsIds(contract, month)) continue;
    if (number !== null || isBilled(contract, month)) affected.push({ month, number });
  }
  return affected;
}

/** Each month that days lie in, once, in order. */
function monthsOf(days: readonly ClosedSpan[]): readonly ServiceMonth[] {
  const months = new Set<ServiceMonth>();
  for (const { from, to } of days)
    for (let month = monthOfDay(from); month <= monthOfDay(to); month = nextMonth(month)) months.add(month);
  return [...months].sort();
}

/** Nothing is known of a contract whose messages are still on their way: then its month may count them. */
const countsIds = (contract: ContractFacts | undefined, month: ServiceMonth): boolean =>
  contract === undefined || planIn(contract, month) === 'enterprise';

const isBilled = (contract: ContractFacts | undefined, month: ServiceMonth): boolean =>
  contract !== undefined && billingWindowIn(contract, month) !== undefined;
