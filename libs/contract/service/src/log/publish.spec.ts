import { describe, expect, it } from '@jest/globals';
import { governingQuote, planIn } from '@smartkey/terms';
import {
  contractDecider,
  evolveDated,
  lastDayOfContract,
  nextDue,
  acceptedPlanIn,
  statusAt,
  undated,
  type ContractEvent,
  type DatedEvent,
} from '@smartkey/contract-domain';
import { anyCommands } from '@smartkey/contract-domain/testing';
import { addMonths } from '@smartkey/calendar';
import { plusMillis, type Fact } from '@smartkey/kernel';
import * as readers from '@smartkey/facts';
import fc from 'fast-check';
import { publishContractEvent } from './publish.ts';

const months = Array.from({ length: 9 }, (_, index) => addMonths('2017-12', index));

describe('what is published leads every reader to the contract’s own dated facts', () => {
  it('第4条, 第6条, 第7条, 別紙1: plans, ends, starts, quotes and withholding agree under any commands', () => {
    fc.assert(
      fc.property(anyCommands, (commands) => {
        let state = contractDecider.initial;
        let facts = readers.noContractFacts('ctr_1');
        let dated = undated;
        let revision = -1;
        for (const command of commands) {
          const decided = contractDecider.decide(command, state);
          for (const event of decided.ok ? decided.value : []) {
            const { now } = command;
            const fact = {
              ...event,
              occurredAt: event.occurredAt ?? now,
              recordedAt: now,
            } as Fact<ContractEvent>;
            state = contractDecider.evolve(state, fact);
            const message = publishContractEvent({ ...fact, stream: 'contract-ctr_1' });
            revision += 1;
            facts = readers.foldContractFacts(facts, { ...message, revision });
            // Told again, it changes nothing.
            expect(readers.foldContractFacts(facts, { ...message, revision })).toBe(facts);
            dated = evolveDated(dated, { ...fact, data: message.data } as Fact<DatedEvent>);
          }
          for (const instant of [command.now, plusMillis(command.now, 40 * 86_400_000)])
            expect(readers.inForceAt(facts, instant)).toBe(
              ['accepted', 'in-service'].includes(statusAt(state, instant) ?? ''),
            );
        }
        expect(nextDue(dated)).toBe(nextDue(state));
        if (state.stage !== 'accepted') throw new Error('any commands begin with an acceptance');
        expect(facts.lastDay).toBe(lastDayOfContract(state.cancellation));
        expect(facts.billingStart).toBe(state.acceptance.billingStart);
        expect(facts.withheld).toBe(state.withholding.withheld);
        const quotes = state.quotes.map(({ quote }) => quote);
        for (const month of months) {
          const plan = acceptedPlanIn(state.planChange, month);
          expect(planIn(facts, month)).toBe(plan);
          expect(readers.quoteFor(facts, month)).toEqual(governingQuote(quotes, plan, month));
        }
      }),
      { numRuns: 200 },
    );
  });

  it('names no person: sealed or open, nothing of it leaves', () => {
    const secrets = { email: 'taro@example.co.jp', attestedBy: '山田太郎', agreement: '山田の書面' };
    for (const [type, data] of [
      ['ContractApplied', { plan: 'enterprise', recipient: { name: 'x' }, iijIdContract: 'i', ...secrets }],
      ['ApplicantChanged', { recipient: { name: 'x' }, ...secrets }],
      ['BillingStartSet', { date: '2018-01-01', ...secrets }],
      ['PriceQuoted', { quote: { id: 'quo_1' }, ...secrets }],
      ['ConditionAttested', { condition: 1, on: '2018-01-01', ...secrets }],
      ['ConditionWithdrawn', { condition: 1, on: '2018-01-01', ...secrets }],
    ] as const) {
      const message = publishContractEvent({ type, version: 1, data, stream: 'contract-ctr_1' });
      expect(message.contract).toBe('ctr_1');
      expect(JSON.stringify(message)).not.toMatch(/taro|山田/);
    }
  });

  it('an event that nobody described is not published in silence', () => {
    expect(() =>
      publishContractEvent({ type: 'Unheard', version: 1, data: {}, stream: 'contract-ctr_1' }),
    ).toThrow(/Unheard/);
  });
});
