import type { JstDay } from '@smartkey/calendar';
import { event, type Instant } from '@smartkey/kernel';
import { describe, expect, it } from '@jest/globals';
import { specOf } from '@smartkey/testing';
import { contractDecider } from '../contract.decider.ts';
import { DEFAULT_POLICIES, type PolicyCatalogue } from '../policies/contract-policies.ts';
import { statusAt } from '../shared/status.ts';
import {
  accepted,
  applied,
  contract,
  contractor,
  givenNow,
  notified,
  operator,
} from '../testing/contract.fixture.ts';
import type { NotifyCancellation } from './cancellation.decide.ts';

const { given } = specOf(contractDecider);
const running = contract({ billingStart: '2018-01-01', on: '2017-12-15' });

const notify = (
  who: typeof operator,
  now: JstDay | Instant,
  more: Partial<NotifyCancellation> = {},
): NotifyCancellation => ({
  ...who(now),
  type: 'NotifyCancellation',
  cancellation: 'can_new',
  policies: DEFAULT_POLICIES,
  ...more,
});
const terminated = (lastDay: JstDay, at: Instant) => event('ContractTerminated', { lastDay }, at);
const timePasses = (now: JstDay | Instant) => ({ ...operator(now), type: 'LetTimePass' }) as const;
const paper = { form: 'paper' };

describe('第6条: the effective day is the later of arrival + 30 days and the day asked for', () => {
  it.each([
    ['an arrival at 23:59 JST', '2018-01-01T14:59:00.000Z', undefined, '2018-01-31'],
    ['an earlier day asked for', '2018-01-01T00:00:00.000Z', '2018-01-20', '2018-01-31'],
    ['a later day asked for', '2018-01-01T00:00:00.000Z', '2018-02-28', '2018-02-28'],
    [
      'an arrival at 2018-01-01T15:00:00Z, which is 01-02 JST',
      '2018-01-01T15:00:00.000Z',
      undefined,
      '2018-02-01',
    ],
    ['an arrival on the 31st', '2018-01-31T00:00:00.000Z', undefined, '2018-03-02'],
    ['an arrival at 00:00 JST in a leap year', '2020-01-29T15:00:00.000Z', undefined, '2020-02-29'],
    ['a day asked for before the arrival', '2018-01-01T00:00:00.000Z', '2017-01-01', '2018-01-31'],
    ['an end on New Year’s Day: no holiday moves it', '2018-12-02T00:00:00.000Z', undefined, '2019-01-01'],
  ] as const)('%s: arrived %s, asked for %s, last day %s', (_case, arrivedAt, requestedDay, effectiveDay) => {
    given(running)
      .when(notify(operator, arrivedAt, { requestedDay }))
      .then(
        givenNow('can_new', arrivedAt, effectiveDay, { ...paper, ...(requestedDay && { requestedDay }) }),
      );
  });

  it('an arrival at 2018-01-01T15:00Z entered weeks later counts from its arrival', () => {
    const arrivedAt = '2018-01-01T15:00:00.000Z';
    given(running)
      .when(notify(operator, '2018-01-20', { arrivedAt }))
      .then(notified('can_new', arrivedAt, '2018-02-01', paper));
  });
});

describe('第2条: there is no minimum term', () => {
  it('a notice on the day of acceptance is taken, and ends the contract after its 30 days', () => {
    given(contract({ on: '2018-01-01' }))
      .when(notify(contractor, '2018-01-01'))
      .then(givenNow('can_new', '2018-01-01T00:00:00.000Z', '2018-01-31'));
  });

  it('also before the billing start date: the billing window is then empty', () => {
    given(contract({ on: '2018-01-01' }), event('BillingStartSet', { date: '2018-04-01' }))
      .when(notify(contractor, '2018-01-02'))
      .then(givenNow('can_new', '2018-01-02T00:00:00.000Z', '2018-02-01'))
      .andWhen(timePasses('2018-05-01'))
      .then(terminated('2018-02-01', '2018-02-01T15:00:00.000Z'));
  });
});

describe('第6条: how a notice comes', () => {
  it('a contractor’s arrives as it is given, by the portal', () => {
    given(running)
      .when(notify(contractor, '2018-01-10', { requestedDay: '2018-03-31', form: 'portal' }))
      .then(givenNow('can_new', '2018-01-10T00:00:00.000Z', '2018-03-31', { requestedDay: '2018-03-31' }));
  });

  it('its arrival and another form are the operator’s to record', () => {
    given(running)
      .when(notify(contractor, '2018-01-10', { arrivedAt: '2018-01-09T00:00:00.000Z' }))
      .thenRefused({ kind: 'forbidden', code: 'arrival-by-operator', rule: '第6条', pointer: '/arrivedAt' });
    given(running)
      .when(notify(contractor, '2018-01-10', { form: 'paper' }))
      .thenRefused({ kind: 'forbidden', code: 'form-by-operator', rule: '第6条', pointer: '/form' });
  });

  it('only in a prescribed form', () => {
    given(running)
      .when(notify(operator, '2018-01-10', { form: 'mail' }))
      .thenRefused({ kind: 'invalid', code: 'form-not-prescribed', rule: '第6条', pointer: '/form' });
    const policies: PolicyCatalogue = [
      ...DEFAULT_POLICIES,
      { fromMonth: '2018-02', prescribedForms: ['mail'] },
    ];
    given(running)
      .when(notify(operator, '2018-02-10', { form: 'mail', policies }))
      .then(
        event('CancellationNotified', {
          cancellation: 'can_new',
          arrivedAt: '2018-02-10T00:00:00.000Z',
          form: 'mail',
          effectiveDay: '2018-03-12',
          policyVersion: '2018-02',
        }),
      );
    given(running)
      .when(notify(operator, '2018-02-10', { form: 'mail', policies, arrivedAt: '2018-01-31T14:59:59.999Z' }))
      .thenRefused({ code: 'form-not-prescribed' });
  });

  it('not from the future', () => {
    given(running)
      .when(notify(operator, '2018-01-10', { arrivedAt: '2018-01-10T00:00:00.001Z' }))
      .thenRefused({ kind: 'invalid', code: 'instant-in-the-future', rule: '第6条', pointer: '/arrivedAt' });
  });

  it('not before the day of acceptance; earlier on that day it is', () => {
    given(running)
      .when(notify(operator, '2018-01-10', { arrivedAt: '2017-12-14T14:59:59.999Z' }))
      .thenRefused({
        kind: 'invalid',
        code: 'arrived-before-acceptance',
        rule: '第6条',
        pointer: '/arrivedAt',
      });
    given(running)
      .when(notify(operator, '2018-01-10', { arrivedAt: '2017-12-14T15:00:00.000Z' }))
      .then(notified('can_new', '2017-12-14T15:00:00.000Z', '2018-01-14', paper));
  });

  it('not for a day beyond the horizon', () => {
    given(running)
      .when(notify(contractor, '2018-01-10', { requestedDay: '9999-12-31' }))
      .thenRefused({ code: 'too-far-ahead', pointer: '/requestedDay' });
  });

  it('needs a contract that is accepted and not ended', () => {
    given(applied())
      .when(notify(contractor, '2018-01-10'))
      .thenRefused({ kind: 'conflict', code: 'not-accepted' });
    given(running, notified('can_1', '2018-01-01T00:00:00.000Z', '2018-01-31'))
      .when(notify(contractor, '2018-02-01'))
      .thenRefused({ kind: 'conflict', code: 'contract-ended', rule: '第6条' });
  });
});

describe('第6条: one notice stands at a time', () => {
  const standing = notified('can_1', '2018-01-10T00:00:00.000Z', '2018-03-31', {
    requestedDay: '2018-03-31',
  });

  it('and again: a second one is refused unless it names the first in replaces', () => {
    given(running)
      .when(notify(contractor, '2018-01-10'))
      .then(givenNow('can_new', '2018-01-10T00:00:00.000Z', '2018-02-09'))
      .andAgain()
      .thenRefused({ kind: 'conflict', code: 'cancellation-stands', rule: '第6条' });
    given(running, standing)
      .when(notify(contractor, '2018-01-12', { replaces: 'can_x' }))
      .thenRefused({ kind: 'invalid', code: 'replaces-another', rule: '第6条', pointer: '/replaces' });
    given(running)
      .when(notify(contractor, '2018-01-12', { replaces: 'can_1' }))
      .thenRefused({ kind: 'invalid', code: 'nothing-to-replace', rule: '第6条', pointer: '/replaces' });
  });

  it('a replacement is a notice of its own: never earlier than its own arrival + 30', () => {
    given(running, standing)
      .when(notify(contractor, '2018-01-20', { replaces: 'can_1', requestedDay: '2018-01-25' }))
      .then(
        givenNow('can_new', '2018-01-20T00:00:00.000Z', '2018-02-19', {
          replaces: 'can_1',
          requestedDay: '2018-01-25',
        }),
      )
      .thenState((state) =>
        expect(accepted(state).cancellation.notices.map(({ id, status }) => [id, status])).toEqual([
          ['can_1', 'replaced'],
          ['can_new', 'standing'],
        ]),
      );
  });

  it('the contractor may ask for the same day or an earlier one', () => {
    given(running, standing)
      .when(notify(contractor, '2018-01-20', { replaces: 'can_1', requestedDay: '2018-03-31' }))
      .then(
        givenNow('can_new', '2018-01-20T00:00:00.000Z', '2018-03-31', {
          replaces: 'can_1',
          requestedDay: '2018-03-31',
        }),
      );
  });

  it('a later day needs the operator, be it asked for or the 30 days’', () => {
    for (const [now, requestedDay] of [
      ['2018-01-20', '2018-04-01'],
      ['2018-03-10', undefined],
    ] as const) {
      const replacement = { replaces: 'can_1', requestedDay } as const;
      given(running, standing)
        .when(notify(contractor, now, replacement))
        .thenRefused({ kind: 'forbidden', code: 'later-end-needs-operator', rule: '第6条' });
      given(running, standing)
        .when(notify(operator, now, replacement))
        .then(
          givenNow('can_new', `${now}T00:00:00.000Z`, requestedDay ?? '2018-04-09', {
            ...paper,
            replaces: 'can_1',
            ...(requestedDay && { requestedDay }),
          }),
        );
    }
  });

  it('a withdrawal needs the operator and a reason; then nothing stands, and the contract goes on', () => {
    const withdraw = { type: 'VoidCancellation', cancellation: 'can_1', reason: '契約者の申出' } as const;
    given(running, standing)
      .when({ ...contractor('2018-01-20'), ...withdraw })
      .thenRefused({ kind: 'forbidden', code: 'withdrawal-needs-operator', rule: '第6条' })
      .andWhen({ ...operator('2018-01-20'), ...withdraw })
      .then(event('CancellationVoided', { cancellation: 'can_1', reason: '契約者の申出' }))
      .thenState((state) => expect(statusAt(state, '2019-01-01T00:00:00.000Z')).toBe('in-service'));
    given(running, standing)
      .when({ ...operator('2018-01-20'), ...withdraw })
      .then(event('CancellationVoided', { cancellation: 'can_1', reason: '契約者の申出' }))
      .andAgain()
      .thenNothing();
  });

  it('a replaced notice can be neither withdrawn nor corrected; an unknown one is not there', () => {
    const replaced = [
      standing,
      notified('can_2', '2018-01-12T00:00:00.000Z', '2018-02-11', { replaces: 'can_1' }),
    ];
    given(running, replaced)
      .when({ ...operator('2018-01-20'), type: 'VoidCancellation', cancellation: 'can_1', reason: '取消' })
      .thenRefused({ kind: 'conflict', code: 'cancellation-not-standing' });
    given(running, replaced)
      .when({ ...operator('2018-01-20'), type: 'CorrectCancellation', cancellation: 'can_1', reason: '誤記' })
      .thenRefused({ kind: 'conflict', code: 'cancellation-not-standing' });
    given(running, replaced)
      .when({ ...operator('2018-01-20'), type: 'VoidCancellation', cancellation: 'can_x', reason: '取消' })
      .thenRefused({ kind: 'not-found', code: 'cancellation-unknown' });
  });
});

describe('第6条: the operator can correct a notice with a reason', () => {
  const standing = notified('can_1', '2018-01-10T00:00:00.000Z', '2018-02-09');
  const correct = (now: JstDay | Instant, arrivedAt?: Instant, requestedDay?: JstDay | null) =>
    ({
      ...operator(now),
      type: 'CorrectCancellation',
      cancellation: 'can_1',
      reason: '受領印の誤読',
      arrivedAt,
      requestedDay,
    }) as const;
  const corrected = (arrivedAt: Instant, effectiveDay: JstDay, requestedDay?: JstDay) =>
    event(
      'CancellationCorrected',
      {
        cancellation: 'can_1',
        arrivedAt,
        effectiveDay,
        reason: '受領印の誤読',
        ...(requestedDay && { requestedDay }),
      },
      arrivedAt,
    );

  it('to an earlier or later day while the contract runs, once', () => {
    given(running, standing)
      .when(correct('2018-01-20', '2018-01-05T00:00:00.000Z'))
      .then(corrected('2018-01-05T00:00:00.000Z', '2018-02-04'))
      .andAgain()
      .thenNothing();
    given(running, standing)
      .when(correct('2018-01-20', undefined, '2018-03-31'))
      .then(corrected('2018-01-10T00:00:00.000Z', '2018-03-31', '2018-03-31'))
      .andWhen(correct('2018-01-20', undefined, null))
      .then(corrected('2018-01-10T00:00:00.000Z', '2018-02-09'))
      .andAgain()
      .thenNothing();
  });

  it('nothing told, nothing corrected', () => {
    given(running, standing).when(correct('2018-01-20')).thenNothing();
  });

  it('not to an arrival from the future or before the acceptance', () => {
    given(running, standing)
      .when(correct('2018-01-20', '2018-01-21T00:00:00.000Z'))
      .thenRefused({ code: 'instant-in-the-future', rule: '第6条', pointer: '/arrivedAt' });
    given(running, standing)
      .when(correct('2018-01-20', '2017-12-14T00:00:00.000Z'))
      .thenRefused({ code: 'arrived-before-acceptance', rule: '第6条', pointer: '/arrivedAt' });
    given(running, standing)
      .when(correct('2018-01-20', undefined, '9999-12-31'))
      .thenRefused({ code: 'too-far-ahead', pointer: '/requestedDay' });
  });

  const ended = [standing, terminated('2018-02-09', '2018-02-09T15:00:00.000Z')];

  it('after the effective day only to an earlier one, which then is the last day', () => {
    given(running, ended)
      .when(correct('2018-03-01', '2018-01-05T00:00:00.000Z'))
      .then(
        corrected('2018-01-05T00:00:00.000Z', '2018-02-04'),
        terminated('2018-02-04', '2018-02-04T15:00:00.000Z'),
      )
      .andAgain()
      .thenNothing();
    given(running, ended)
      .when(correct('2018-03-01', '2018-01-11T00:00:00.000Z'))
      .thenRefused({ kind: 'conflict', code: 'ended-cannot-end-later', rule: '第6条' });
    given(running, ended)
      .when(correct('2018-03-01', undefined, '2018-04-30'))
      .thenRefused({ kind: 'conflict', code: 'ended-cannot-end-later' });
  });

  it('the same holds where the end has come and no timer has run', () => {
    given(running, standing)
      .when(correct('2018-02-09T15:00:00.000Z', undefined, '2018-04-30'))
      .thenRefused({ kind: 'conflict', code: 'ended-cannot-end-later' });
    given(running, standing)
      .when(correct('2018-02-09T14:59:59.999Z', undefined, '2018-04-30'))
      .then(corrected('2018-01-10T00:00:00.000Z', '2018-04-30', '2018-04-30'));
  });

  it('the arrival can be put right where the last day stays the same', () => {
    const asked = notified('can_1', '2018-01-10T00:00:00.000Z', '2018-02-28', { requestedDay: '2018-02-28' });
    given(running, asked, terminated('2018-02-28', '2018-02-28T15:00:00.000Z'))
      .when(correct('2018-03-10', '2018-01-12T00:00:00.000Z'))
      .then(corrected('2018-01-12T00:00:00.000Z', '2018-02-28', '2018-02-28'));
  });

  it('to a day that has passed: the contract ends at once, as of that day', () => {
    given(running, standing)
      .when(correct('2018-02-05', '2018-01-01T00:00:00.000Z'))
      .then(
        corrected('2018-01-01T00:00:00.000Z', '2018-01-31'),
        terminated('2018-01-31', '2018-01-31T15:00:00.000Z'),
      );
  });

  it('service is not resumed: a notice is not withdrawn after the end', () => {
    given(running, ended)
      .when({ ...operator('2018-03-01'), type: 'VoidCancellation', cancellation: 'can_1', reason: '取消' })
      .thenRefused({ kind: 'conflict', code: 'contract-ended', rule: '第6条' });
  });
});

describe('第6条: at the end of the effective day the contract is terminated', () => {
  const standing = notified('can_1', '2018-01-01T00:00:00.000Z', '2018-01-31');

  it('by itself, once, as of the end of the day whenever it is recorded', () => {
    given(running, standing).when(timePasses('2018-01-31T14:59:59.999Z')).thenNothing();
    for (const now of ['2018-01-31T15:00:00.000Z', '2018-06-01'] as const)
      given(running, standing)
        .when(timePasses(now))
        .then(terminated('2018-01-31', '2018-01-31T15:00:00.000Z'))
        .andAgain()
        .thenNothing();
  });

  it('the last day is served to its end, also where no timer has run', () => {
    given(running, standing)
      .when(timePasses('2018-01-20'))
      .thenNothing()
      .thenState((state) => {
        expect(statusAt(state, '2018-01-31T14:59:59.999Z')).toBe('in-service');
        expect(statusAt(state, '2018-01-31T15:00:00.000Z')).toBe('terminated');
      });
  });

  it('a paper notice recorded after its own effective day ends the contract at once, as of that day', () => {
    given(running)
      .when(notify(operator, '2018-03-10', { arrivedAt: '2018-01-01T00:00:00.000Z' }))
      .then(
        notified('can_new', '2018-01-01T00:00:00.000Z', '2018-01-31', paper),
        terminated('2018-01-31', '2018-01-31T15:00:00.000Z'),
      )
      .andAgain()
      .thenRefused({ kind: 'conflict', code: 'contract-ended' });
  });
});
