import { describe, expect, it } from '@jest/globals';
import { fold, unreachable } from './decider.ts';
import type { DomainEvent, Fact } from './event.ts';
import { conflict, forbidden, gone, invalid, notFound } from './rejection.ts';

type Counted = DomainEvent<'Counted', { readonly by: number }>;
const counted = (by: number): Fact<Counted> => ({
  type: 'Counted',
  version: 1,
  data: { by },
  occurredAt: '2018-01-01T00:00:00.000Z',
  recordedAt: '2018-01-01T00:00:00.000Z',
});
const counter = { initial: 0, evolve: (sum: number, event: Fact<Counted>) => sum + event.data.by };

describe('folding a history', () => {
  it('begins with the initial state and takes the events in order', () => {
    expect(fold(counter, [])).toBe(0);
    expect(fold(counter, [counted(1), counted(2)])).toBe(3);
    const words = { initial: '', evolve: (text: string, event: Fact<Counted>) => `${text}${event.data.by}` };
    expect(fold(words, [counted(1), counted(2), counted(3)])).toBe('123');
  });

  it('goes on from a state that was folded before', () => {
    expect(fold(counter, [counted(2)], fold(counter, [counted(1)]))).toBe(3);
  });

  it('leaves the state as it is at an event from the future', () => {
    expect(unreachable('ThingOfNextYear' as never, 7)).toBe(7);
  });
});

describe('a rejection', () => {
  it.each([
    [invalid, 'invalid'],
    [conflict, 'conflict'],
    [forbidden, 'forbidden'],
    [notFound, 'not-found'],
    [gone, 'gone'],
  ])('%# is a value with kind, code, detail, rule and pointer', (refuse, kind) => {
    expect(refuse('some-code', 'Some words.', { rule: '第6条', pointer: '/requestedDay' })).toEqual({
      ok: false,
      error: { kind, code: 'some-code', detail: 'Some words.', rule: '第6条', pointer: '/requestedDay' },
    });
    expect(refuse('some-code', 'Some words.')).toEqual({
      ok: false,
      error: { kind, code: 'some-code', detail: 'Some words.' },
    });
  });
});
