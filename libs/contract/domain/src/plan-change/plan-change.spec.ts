import type { JstDay, ServiceMonth } from '@smartkey/calendar';
import type { Plan } from '@smartkey/terms';
import { event, type Instant, type PlanChangeId } from '@smartkey/kernel';
import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { contractDecider } from '../contract.decider.ts';
import type { ContractEvent } from '../contract.events.ts';
import {
  accepted,
  applied,
  changeAccepted,
  contract,
  contractor,
  givenNow,
  notified,
  operator,
  quoted,
  requested,
} from '../testing/contract.fixture.ts';
import { acceptedPlanIn } from './plan-by-month.ts';

const { given } = specOf(contractDecider);
const SP = 'service-provider';

const request = (
  plan: Plan,
  fromMonth: ServiceMonth,
  now: JstDay | Instant = '2018-01-10',
  planChange: PlanChangeId = 'pch_new',
) => ({ ...contractor(now), type: 'RequestPlanChange', planChange, plan, fromMonth }) as const;
const acceptChange = (planChange: PlanChangeId, now: JstDay | Instant = '2018-01-11') =>
  ({ ...operator(now), type: 'AcceptPlanChange', planChange }) as const;
const withdrawAs = (who: typeof operator, planChange: PlanChangeId, now: JstDay | Instant = '2018-01-12') =>
  ({ ...who(now), type: 'WithdrawPlanChange', planChange }) as const;
const timePasses = (now: JstDay | Instant) => ({ ...operator(now), type: 'LetTimePass' }) as const;

const running = contract({ billingStart: '2018-01-01' });
const withQuotes: readonly ContractEvent[] = [
  ...running,
  quoted('quo_1', 'enterprise', '2018-01'),
  quoted('quo_2', SP, '2018-02'),
];
const replaced = (planChange: PlanChangeId, by: PlanChangeId) =>
  event('PlanChangeReplaced', { planChange, by });

describe('第4条: a request may come on any day and names the month after it or a later one', () => {
  it('requested 2018-01-10 for 2018-02, accepted: January wholly old plan, February wholly new', () => {
    given(withQuotes)
      .when(request(SP, '2018-02'))
      .then(requested('pch_new', SP, '2018-02'))
      .andWhen(acceptChange('pch_new'))
      .then(changeAccepted('pch_new', SP, '2018-02'))
      .thenState((state) => {
        const { planChange } = accepted(state);
        expect(acceptedPlanIn(planChange, '2018-01')).toBe('enterprise');
        expect(acceptedPlanIn(planChange, '2018-02')).toBe(SP);
        expect(acceptedPlanIn(planChange, '2019-02')).toBe(SP);
      });
  });

  it('on the last day of a month, for the next', () => {
    given(withQuotes)
      .when(request(SP, '2018-02', '2018-01-31T14:59:59.999Z'))
      .then(requested('pch_new', SP, '2018-02'));
  });

  it('not for a month that has begun in JST: 2018-01-31T15:00:00Z is in February', () => {
    given(withQuotes)
      .when(request(SP, '2018-02', '2018-01-31T15:00:00.000Z'))
      .thenRefused({ kind: 'invalid', code: 'plan-change-too-early', rule: '第4条', pointer: '/fromMonth' });
    given(withQuotes).when(request(SP, '2018-01')).thenRefused({ code: 'plan-change-too-early' });
    given(withQuotes).when(request(SP, '2017-12')).thenRefused({ code: 'plan-change-too-early' });
  });

  it('up to twelve months ahead', () => {
    given(withQuotes)
      .when(request(SP, '2019-01'))
      .then(requested('pch_new', SP, '2019-01'));
    given(withQuotes)
      .when(request(SP, '2019-02'))
      .thenRefused({ kind: 'invalid', code: 'too-far-ahead', pointer: '/fromMonth' });
  });

  it('not to the plan that holds anyway', () => {
    given(withQuotes)
      .when(request('enterprise', '2018-02'))
      .thenRefused({ kind: 'invalid', code: 'plan-change-changes-nothing', rule: '第4条', pointer: '/plan' });
  });

  it('not for a month that begins after the contract ends; for the month in which it ends it is', () => {
    const ending = [...withQuotes, notified('can_1', '2018-01-05T00:00:00.000Z', '2018-02-04')];
    given(ending)
      .when(request(SP, '2018-03'))
      .thenRefused({ kind: 'invalid', code: 'plan-change-after-end', rule: '第4条', pointer: '/fromMonth' });
    given(ending)
      .when(request(SP, '2018-02'))
      .then(requested('pch_new', SP, '2018-02'));
  });

  it('not before the acceptance and not after the end', () => {
    given(applied()).when(request(SP, '2018-02')).thenRefused({ kind: 'conflict', code: 'not-accepted' });
    given(withQuotes, notified('can_1', '2018-01-01T00:00:00.000Z', '2018-01-31'))
      .when(request(SP, '2018-03', '2018-01-31T15:00:00.000Z'))
      .thenRefused({ kind: 'conflict', code: 'contract-ended' });
  });

  it('and again: the very change that stands already', () => {
    given(withQuotes, requested('pch_1', SP, '2018-02'))
      .when(request(SP, '2018-02'))
      .thenRefused({ kind: 'conflict', code: 'plan-change-exists' });
    given(withQuotes, requested('pch_1', SP, '2018-02'), changeAccepted('pch_1', SP, '2018-02'))
      .when(request(SP, '2018-02'))
      .thenRefused({ kind: 'conflict', code: 'plan-change-exists' });
  });
});

describe('第4条: a later request replaces an unaccepted one at once, an accepted one when it is itself accepted', () => {
  it('an unaccepted one at once', () => {
    given(withQuotes, requested('pch_1', SP, '2018-02'))
      .when(request(SP, '2018-04'))
      .then(replaced('pch_1', 'pch_new'), requested('pch_new', SP, '2018-04'))
      .andWhen(acceptChange('pch_1'))
      .thenRefused({ kind: 'conflict', code: 'plan-change-not-open' });
  });

  it('an accepted one only at its own acceptance, and until then it holds', () => {
    given(withQuotes, requested('pch_1', SP, '2018-02'), changeAccepted('pch_1', SP, '2018-02'))
      .when(request(SP, '2018-04'))
      .then(requested('pch_new', SP, '2018-04'))
      .thenState((state) => expect(acceptedPlanIn(accepted(state).planChange, '2018-02')).toBe(SP));

    given(
      withQuotes,
      requested('pch_1', SP, '2018-02'),
      changeAccepted('pch_1', SP, '2018-02'),
      requested('pch_new', SP, '2018-04'),
    )
      .when(acceptChange('pch_new'))
      .then(replaced('pch_1', 'pch_new'), changeAccepted('pch_new', SP, '2018-04'))
      .thenState((state) => {
        const { planChange } = accepted(state);
        expect(acceptedPlanIn(planChange, '2018-03')).toBe('enterprise');
        expect(acceptedPlanIn(planChange, '2018-04')).toBe(SP);
      });
  });

  it('is judged without the one it replaces: back to the present plan changes nothing', () => {
    given(withQuotes, requested('pch_1', SP, '2018-02'), changeAccepted('pch_1', SP, '2018-02'))
      .when(request('enterprise', '2018-04'))
      .thenRefused({ code: 'plan-change-changes-nothing', pointer: '/plan' });
  });

  it('the replaced one took effect meanwhile: the later request would change nothing any more', () => {
    given(
      withQuotes,
      requested('pch_1', SP, '2018-02'),
      changeAccepted('pch_1', SP, '2018-02'),
      requested('pch_new', SP, '2018-04'),
    )
      .when(acceptChange('pch_new', '2018-02-10'))
      .thenRefused({ code: 'plan-change-changes-nothing', rule: '第4条' });
  });
});

describe('第4条: it binds when the operator accepts it', () => {
  it('once', () => {
    given(withQuotes, requested('pch_1', SP, '2018-02'))
      .when(acceptChange('pch_1'))
      .then(changeAccepted('pch_1', SP, '2018-02'))
      .andAgain()
      .thenRefused({ kind: 'conflict', code: 'plan-change-not-open' });
  });

  it('only where a quote of the new plan governs its first month', () => {
    given(running, quoted('quo_1', 'enterprise', '2018-01'), requested('pch_1', SP, '2018-02'))
      .when(acceptChange('pch_1'))
      .thenRefused({ kind: 'invalid', code: 'plan-change-without-quote', rule: '第4条' });
    given(running, quoted('quo_2', SP, '2018-03'), requested('pch_1', SP, '2018-02'))
      .when(acceptChange('pch_1'))
      .thenRefused({ code: 'plan-change-without-quote' });
    given(running, quoted('quo_2', SP, '2017-06'), requested('pch_1', SP, '2018-02'))
      .when(acceptChange('pch_1'))
      .then(changeAccepted('pch_1', SP, '2018-02'));
  });

  it('not one for a month that begins after an end notified since', () => {
    given(
      withQuotes,
      requested('pch_1', SP, '2018-03'),
      notified('can_1', '2018-01-10T00:00:00.000Z', '2018-02-09'),
    )
      .when(acceptChange('pch_1'))
      .thenRefused({ kind: 'invalid', code: 'plan-change-after-end', rule: '第4条' });
  });

  it('第7条: a one-time fee that the change causes arises with its acceptance', () => {
    const oneTimeFee = { fee: 'fee_1', amount: '5000', description: '品目変更手数料' } as const;
    given(withQuotes, requested('pch_1', SP, '2018-02'))
      .when({ ...acceptChange('pch_1'), oneTimeFee })
      .then(
        changeAccepted('pch_1', SP, '2018-02'),
        event('FeeObligationArose', {
          ...oneTimeFee,
          kind: 'one-time',
          arisenOn: '2018-01-11',
          taxCode: 'standard',
          planChange: 'pch_1',
          termsVersion: '2018-01-01',
        }),
      )
      // It stands also where the change is withdrawn.
      .andWhen(withdrawAs(operator, 'pch_1'))
      .then(event('PlanChangeWithdrawn', { planChange: 'pch_1' }))
      .thenState((state) =>
        expect(accepted(state).fees.find((fee) => fee.fee === 'fee_1')).toMatchObject({ amount: '5000' }),
      );
    given(withQuotes, requested('pch_1', SP, '2018-02'))
      .when({ ...acceptChange('pch_1'), oneTimeFee: { ...oneTimeFee, amount: '0' } })
      .thenRefused({ code: 'fee-amount', rule: '第7条', pointer: '/oneTimeFee/amount' });
  });

  it('one that is not there is not found', () => {
    given(withQuotes)
      .when(acceptChange('pch_x'))
      .thenRefused({ kind: 'not-found', code: 'plan-change-unknown' });
  });
});

describe('第4条: withdrawal', () => {
  it('of an unaccepted one by either side, once', () => {
    for (const who of [operator, contractor])
      given(withQuotes, requested('pch_1', SP, '2018-02'))
        .when(withdrawAs(who, 'pch_1'))
        .then(event('PlanChangeWithdrawn', { planChange: 'pch_1' }))
        .andAgain()
        .thenNothing();
  });

  const bound = [...withQuotes, requested('pch_1', SP, '2018-02'), changeAccepted('pch_1', SP, '2018-02')];

  it('of an accepted one by the operator: the old plan goes on', () => {
    given(bound)
      .when(withdrawAs(operator, 'pch_1'))
      .then(event('PlanChangeWithdrawn', { planChange: 'pch_1' }))
      .thenState((state) => expect(acceptedPlanIn(accepted(state).planChange, '2018-02')).toBe('enterprise'));
  });

  it('of an accepted one is refused to the contractor', () => {
    given(bound)
      .when(withdrawAs(contractor, 'pch_1'))
      .thenRefused({ kind: 'forbidden', code: 'accepted-change-binds', rule: '第4条' });
  });

  it('of one that has taken effect, was replaced or has lapsed is refused', () => {
    given(bound)
      .when(withdrawAs(operator, 'pch_1', '2018-02-01'))
      .thenRefused({ kind: 'conflict', code: 'plan-change-not-open' });
    given(withQuotes, requested('pch_1', SP, '2018-02'), replaced('pch_1', 'pch_2'))
      .when(withdrawAs(operator, 'pch_1'))
      .thenRefused({ kind: 'conflict', code: 'plan-change-not-open' });
    given(withQuotes, requested('pch_1', SP, '2018-02'))
      .when(withdrawAs(operator, 'pch_1', '2018-02-01'))
      .thenRefused({ kind: 'conflict', code: 'plan-change-not-open' });
    given(withQuotes)
      .when(withdrawAs(operator, 'pch_x'))
      .thenRefused({ kind: 'not-found', code: 'plan-change-unknown' });
  });
});

describe('第4条: at 00:00 JST on the 1st', () => {
  const first = '2018-01-31T15:00:00.000Z';

  it('an accepted change takes effect, once', () => {
    given(withQuotes, requested('pch_1', SP, '2018-02'), changeAccepted('pch_1', SP, '2018-02'))
      .when(timePasses(first))
      .then(event('PlanChanged', { planChange: 'pch_1', plan: SP, fromMonth: '2018-02' }, first))
      .andAgain()
      .thenNothing();
  });

  it('an unaccepted one lapses, once', () => {
    given(withQuotes, requested('pch_1', SP, '2018-02'))
      .when(timePasses(first))
      .then(event('PlanChangeLapsed', { planChange: 'pch_1', reason: 'not-accepted-in-time' }, first))
      .andAgain()
      .thenNothing();
  });

  it('and not a millisecond earlier', () => {
    given(withQuotes, requested('pch_1', SP, '2018-02'))
      .when(timePasses('2018-01-31T14:59:59.999Z'))
      .thenNothing();
  });

  it('it is too late to accept it, also where no timer has run', () => {
    given(withQuotes, requested('pch_1', SP, '2018-02'))
      .when(acceptChange('pch_1', first))
      .thenRefused({ kind: 'conflict', code: 'plan-change-not-open', rule: '第4条' });
  });

  it('what time has brought about comes before what is asked for then', () => {
    given(withQuotes, requested('pch_1', SP, '2018-02'))
      .when(request(SP, '2018-03', '2018-02-10'))
      .then(
        event('PlanChangeLapsed', { planChange: 'pch_1', reason: 'not-accepted-in-time' }, first),
        requested('pch_new', SP, '2018-03'),
      );
  });
});

describe('第4条: an accepted change whose month comes to lie after a later-notified end lapses', () => {
  const notify = {
    ...contractor('2018-01-20'),
    type: 'NotifyCancellation',
    cancellation: 'can_1',
    policies: [{ fromMonth: '2016-03', prescribedForms: ['portal', 'paper'] }],
  } as const;
  const arrived = givenNow('can_1', '2018-01-20T00:00:00.000Z', '2018-02-19');
  const bound = (month: ServiceMonth) => [requested('pch_1', SP, month), changeAccepted('pch_1', SP, month)];

  it('with the notice', () => {
    given(withQuotes, bound('2018-03'))
      .when(notify)
      .then(arrived, event('PlanChangeLapsed', { planChange: 'pch_1', reason: 'contract-ends-before' }));
  });

  it('not where the contract ends in its month', () => {
    given(withQuotes, bound('2018-02')).when(notify).then(arrived);
  });

  it('an unaccepted one lapses with the contract', () => {
    given(withQuotes, requested('pch_1', SP, '2018-03'))
      .when(notify)
      .then(arrived)
      .andWhen(timePasses('2018-02-19T15:00:00.000Z'))
      .then(
        event('ContractTerminated', { lastDay: '2018-02-19' }, '2018-02-19T15:00:00.000Z'),
        event(
          'PlanChangeLapsed',
          { planChange: 'pch_1', reason: 'contract-ends-before' },
          '2018-02-19T15:00:00.000Z',
        ),
      )
      .andAgain()
      .thenNothing();
  });
});
