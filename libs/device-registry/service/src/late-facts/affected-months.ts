import { jstDayOf, monthOfDay } from '@smartkey/calendar';
import { changedDays, type AccountEvent } from '@smartkey/device-registry-domain';
import type { Clock } from '@smartkey/kernel';
import { planIn } from '@smartkey/terms';
import type { ContractKnowledge } from '../contracts/contract-knowledge.ts';
import type { IssuedMonth } from './affects.ts';
import type { IssuedMonths } from './issued-months.projection.ts';

/** Late facts are never silent (Invoices): the answer of a command whose fact lies in an issued month names it. */
export class AffectedMonths {
  constructor(
    private readonly issued: IssuedMonths,
    private readonly contracts: ContractKnowledge,
    private readonly clock: Clock,
  ) {}

  /** The issued months, in order, that a command's events lie in, of those whose plan counts registered IDs (第1条). */
  async of(contract: string, events: readonly AccountEvent[]): Promise<readonly IssuedMonth[]> {
    const today = jstDayOf(this.clock.now());
    const months = changedDays(events, today).map(
      ({ from, to }) => [monthOfDay(from), monthOfDay(to)] as const,
    );
    const first = months.reduce((least, [from]) => (from < least ? from : least), monthOfDay(today));
    // A month is issued after its end: what lies in this one costs no look.
    if (first === monthOfDay(today)) return [];
    const issued = (await this.issued.between(contract, first, monthOfDay(today))).filter(({ month }) =>
      months.some(([from, to]) => from <= month && month <= to),
    );
    if (issued.length === 0) return [];
    const facts = await this.contracts.facts(contract);
    return issued.filter(({ month }) => facts === undefined || planIn(facts, month) === 'enterprise');
  }
}

/** Of several commands, each month once. */
export const mergedMonths = (all: readonly (readonly IssuedMonth[])[]): readonly IssuedMonth[] =>
  [...new Map(all.flat().map((month) => [month.month, month])).values()].sort((a, b) =>
    a.month < b.month ? -1 : 1,
  );
