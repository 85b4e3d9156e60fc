import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fold, type Fact, type Instant } from '@smartkey/kernel';
import { lastDayOfContract } from './cancellation/cancellation.state.ts';
import type { ContractCommand } from './contract.commands.ts';
import { contractDecider } from './contract.decider.ts';
import type { ContractEvent } from './contract.events.ts';
import { noContract, type ContractState } from './contract.state.ts';
import { nextDue } from './due/due-effects.ts';
import { changesThatHold, acceptedPlanIn } from './plan-change/plan-by-month.ts';
import { statusAt } from './shared/status.ts';
import { anyCommands } from './testing/any-commands.fixture.ts';
import { accepted } from './testing/contract.fixture.ts';

interface Lived {
  readonly history: readonly Fact<ContractEvent>[];
  readonly state: ContractState;
  readonly now: Instant;
}

/** Before any command. */
const NEVER: Instant = '0000-01-01T00:00:00.000Z';

/** What a contract becomes under commands at the instants they name. */
function live(commands: readonly ContractCommand[]): Lived {
  const history: Fact<ContractEvent>[] = [];
  let state = contractDecider.initial;
  let now: Instant = NEVER;
  for (const command of commands) {
    now = command.now;
    const decided = contractDecider.decide(command, state);
    if (!decided.ok) continue;
    for (const event of decided.value) {
      const fact = { ...event, occurredAt: event.occurredAt ?? now, recordedAt: now } as Fact<ContractEvent>;
      history.push(fact);
      state = contractDecider.evolve(state, fact);
    }
  }
  return { history, state, now };
}

const properties = { numRuns: 300 };

describe('a contract under any commands', () => {
  it('第4条, 第6条: at most one notice, one open request and one accepted change stand', () => {
    fc.assert(
      fc.property(anyCommands, (commands) => {
        const state = accepted(live(commands).state);
        const count = (status: string) =>
          state.planChange.changes.filter((change) => change.status === status).length;
        expect(
          state.cancellation.notices.filter(({ status }) => status === 'standing').length,
        ).toBeLessThanOrEqual(1);
        expect(count('requested')).toBeLessThanOrEqual(1);
        expect(count('accepted')).toBeLessThanOrEqual(1);
      }),
      properties,
    );
  });

  it('第4条: every change that holds changes something, and none begins after the end', () => {
    fc.assert(
      fc.property(anyCommands, (commands) => {
        const state = accepted(live(commands).state);
        let before = state.planChange.firstPlan;
        for (const { plan, fromMonth } of changesThatHold(state.planChange)) {
          expect(plan).not.toBe(before);
          expect(acceptedPlanIn(state.planChange, fromMonth)).toBe(plan);
          before = plan;
        }
        const lastDay = lastDayOfContract(state.cancellation);
        const bound = state.planChange.changes.filter(({ status }) => status === 'accepted');
        if (lastDay !== undefined)
          for (const { fromMonth } of bound) expect(`${fromMonth}-01` <= lastDay).toBe(true);
      }),
      properties,
    );
  });

  it('第7条: the billing start date never lies before the acceptance day', () => {
    fc.assert(
      fc.property(anyCommands, (commands) => {
        const { acceptedOn, billingStart } = accepted(live(commands).state).acceptance;
        if (billingStart !== undefined) expect(billingStart >= acceptedOn).toBe(true);
      }),
      properties,
    );
  });

  it('第6条: once ended it is never in service again, and what is not refused leaves nothing due', () => {
    fc.assert(
      fc.property(anyCommands, (commands) => {
        const ended = commands.findIndex((_, index) => {
          const { state, now } = live(commands.slice(0, index + 1));
          return statusAt(state, now) === 'terminated';
        });
        const { state, now } = live(commands);
        if (ended >= 0) expect(statusAt(state, now)).toBe('terminated');
        const settled = live([
          ...commands,
          { type: 'LetTimePass', now, actor: { role: 'system', key: 'contract' } },
        ]);
        if (now !== NEVER) expect(nextDue(settled.state) ?? '9').not.toBe(now);
        expect((nextDue(settled.state) ?? '9') > now).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('and again: time that has passed brings nothing a second time', () => {
    fc.assert(
      fc.property(anyCommands, (commands) => {
        const { state, now } = live(commands);
        fc.pre(now !== NEVER);
        const passes = { type: 'LetTimePass', now, actor: { role: 'system', key: 'contract' } } as const;
        const once = live([...commands, passes]);
        expect(contractDecider.decide(passes, once.state)).toEqual({ ok: true, value: [] });
        expect(statusAt(once.state, now)).toBe(statusAt(state, now));
      }),
      properties,
    );
  });

  it('a replay leads to the same state, from the start or from any point on', () => {
    fc.assert(
      fc.property(anyCommands, fc.nat(40), (commands, cut) => {
        const { history, state } = live(commands);
        const before = fold(contractDecider, history.slice(0, cut));
        expect(fold(contractDecider, history)).toEqual(state);
        expect(fold(contractDecider, history.slice(cut), before)).toEqual(state);
      }),
      properties,
    );
  });

  it('an event that does not fit leaves the state as it is: nothing comes before the application, after its end, or twice', () => {
    fc.assert(
      fc.property(anyCommands, (commands) => {
        const { history, state } = live(commands);
        const [applied, ...later] = history;
        const end = (type: 'ApplicationRejected' | 'ApplicationWithdrawn') =>
          ({ ...applied!, type, data: { reason: '与信' } }) as Fact<ContractEvent>;
        expect(fold(contractDecider, later)).toBe(noContract);
        for (const ending of [end('ApplicationRejected'), end('ApplicationWithdrawn')]) {
          const ended = fold(contractDecider, [applied!, ending]);
          expect(fold(contractDecider, history, ended)).toBe(ended);
          expect(contractDecider.evolve(state, ending)).toEqual(state);
        }
        expect(fold(contractDecider, history.slice(0, 2), state)).toEqual(state);
      }),
      properties,
    );
  });

  it('any part of a history folds, in any order: what was true then is asked of a part', () => {
    fc.assert(
      fc.property(
        anyCommands.chain((commands) => {
          const { history } = live(commands);
          return fc.tuple(
            fc.shuffledSubarray([...history]),
            fc.constant(commands.at(-1)?.now ?? '2018-01-01T00:00:00.000Z'),
          );
        }),
        ([part, now]) => {
          const state = fold(contractDecider, part);
          expect(() => {
            statusAt(state, now);
            if (state.stage === 'accepted') acceptedPlanIn(state.planChange, '2018-04');
            contractDecider.decide(
              { type: 'LetTimePass', now, actor: { role: 'system', key: 'contract' } },
              state,
            );
          }).not.toThrow();
        },
      ),
      properties,
    );
  });
});
