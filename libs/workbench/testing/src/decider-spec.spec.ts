import { describe, expect, it } from '@jest/globals';
import { conflict, ok, type Decider, type DomainEvent } from '@smartkey/kernel';
import { specOf } from './decider-spec.ts';
import { facts } from './facts.ts';

type Opened = DomainEvent<'Opened', { readonly by: string }>;
type Command = { readonly kind: 'open' | 'enter' | 'tamper'; readonly by: string };
interface Door {
  readonly openedBy: readonly string[];
  readonly since?: string;
}

const door: Decider<Door, Command, Opened> = {
  initial: { openedBy: [] },
  evolve: (state, event) => ({ openedBy: [...state.openedBy, event.data.by], since: event.occurredAt }),
  decide: ({ kind, by }, state) => {
    if (kind === 'tamper') (state.openedBy as string[]).push(by);
    if (kind === 'enter') return ok([]);
    if (state.openedBy.length > 0)
      return conflict('door-is-open', 'The door is open already.', { rule: '第1条' });
    return ok([{ type: 'Opened', version: 1, data: { by } }]);
  },
};
const opened = (by: string): Opened => ({ type: 'Opened', version: 1, data: { by } });
const { given, when } = specOf(door);

describe('given/when/then', () => {
  it('accepts the decided events, and the refusal of a repeat', () => {
    when({ kind: 'open', by: 'a' })
      .then(opened('a'))
      .andAgain()
      .thenRefused({ code: 'door-is-open', rule: '第1条', kind: 'conflict' });
  });

  it('accepts that nothing follows, and shows the state', () => {
    given(opened('a'), [opened('b')])
      .when({ kind: 'enter', by: 'c' })
      .thenNothing()
      .thenState((state) => expect(state.openedBy).toEqual(['a', 'b']));
  });

  it('fails on other events, on a missing refusal, on another refusal and on a refusal where events were due', () => {
    const open = { kind: 'open', by: 'a' } as const;
    expect(() => when(open).then(opened('b'))).toThrow();
    expect(() => when(open).thenNothing()).toThrow();
    expect(() => when(open).thenRefused({ code: 'door-is-open' })).toThrow();
    expect(() => given(opened('b')).when(open).then(opened('a'))).toThrow();
    expect(() => given(opened('b')).when(open).thenNothing()).toThrow();
    expect(() => given(opened('b')).when(open).thenRefused({ code: 'door-is-shut' })).toThrow();
    expect(() =>
      given(opened('b')).when(open).thenRefused({ code: 'door-is-open', rule: '第2条' }),
    ).toThrow();
  });

  it('fails a decider that changes its state', () => {
    expect(() =>
      given(opened('a')).when({ kind: 'tamper', by: 'b' }).thenRefused({ code: 'door-is-open' }),
    ).toThrow(TypeError);
  });

  it('gives events the time of the spec where they name none', () => {
    const [plain, early, late] = facts(
      [
        opened('a'),
        { ...opened('b'), occurredAt: '2017-12-01T00:00:00.000Z' },
        { ...opened('c'), occurredAt: '2018-02-01T00:00:00.000Z' },
      ],
      '2018-01-01T00:00:00.000Z',
    );
    expect(plain).toMatchObject({
      occurredAt: '2018-01-01T00:00:00.000Z',
      recordedAt: '2018-01-01T00:00:00.000Z',
    });
    expect(early).toMatchObject({ recordedAt: '2018-01-01T00:00:00.000Z' });
    expect(late).toMatchObject({ recordedAt: '2018-02-01T00:00:00.000Z' });
  });
});
