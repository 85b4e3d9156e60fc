import { describe, expect, it } from '@jest/globals';
import type { Instant, RunId } from '@smartkey/kernel';
import { specOf } from '@smartkey/testing';
import { monthClose } from './close.decider.ts';
import { NOTHING_COUNTED, type CloseFinished, type CloseRequested } from './close.events.ts';

describe('Invoices: closing a month', () => {
  const { given, when } = specOf(monthClose);
  const request = (run: RunId, now: Instant = '2018-01-31T15:00:00.000Z') =>
    ({ kind: 'request', run, month: '2018-01', now }) as const;
  const requested = (run: RunId): CloseRequested => ({
    type: 'CloseRequested',
    version: 1,
    data: { run, month: '2018-01' },
  });
  const counts = { ...NOTHING_COUNTED, total: 2, issued: 1, parked: 1 };

  it('a month that has not ended in Japan is refused, to the last millisecond', () => {
    when(request('run_1', '2018-01-31T14:59:59.999Z')).thenRefused({ code: 'month-not-ended' });
  });
  it('is asked for once while a run is open', () => {
    when(request('run_1'))
      .then(requested('run_1'))
      .andAgain()
      .thenNothing()
      .andWhen(request('run_2'))
      .thenNothing()
      .thenState((state) => expect(state.open).toBe('run_1'));
  });
  it('a month before the terms came into force is refused (附則)', () => {
    when({ ...request('run_1'), month: '2016-02' }).thenRefused({ code: 'before-the-terms' });
  });
  it('ends partial where contracts are parked, saying how many, and may be asked for again then', () => {
    const finished: CloseFinished = {
      type: 'CloseFinished',
      version: 4,
      data: { run: 'run_1', month: '2018-01', counts, state: 'partial' },
    };
    given(requested('run_1'))
      .when({ kind: 'finish', run: 'run_1', month: '2018-01', counts })
      .then(finished)
      .andAgain()
      .thenNothing()
      .andWhen(request('run_2'))
      .then(requested('run_2'));
  });
  it('ends completed where none is parked', () => {
    const none = { ...counts, parked: 0 };
    given(requested('run_1'))
      .when({ kind: 'finish', run: 'run_1', month: '2018-01', counts: none })
      .then({
        type: 'CloseFinished',
        version: 4,
        data: { run: 'run_1', month: '2018-01', counts: none, state: 'completed' },
      })
      .thenState((state) => expect(state).toEqual({}));
  });
});
