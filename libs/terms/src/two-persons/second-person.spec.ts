import { describe, expect, it } from '@jest/globals';
import type { Signatory } from '@smartkey/kernel';
import { mustBeAnotherPerson } from './second-person.ts';

const suzuki: Signatory = { key: 'key_1', makers: ['bootstrap'], name: '鈴木' };
const tanaka: Signatory = { key: 'key_2', makers: ['bootstrap'], name: '田中' };

describe('Two persons', () => {
  it('are two keys of different names, of which neither descends from the other', () => {
    expect(mustBeAnotherPerson(suzuki, tanaka)).toBeUndefined();
    expect(mustBeAnotherPerson(tanaka, suzuki)).toBeUndefined();
    expect(mustBeAnotherPerson(suzuki, { ...tanaka, makers: ['key_9', 'bootstrap'] })).toBeUndefined();
  });

  it.each([
    ['one key', suzuki, 'same-person'],
    ['one key, under another name', { ...suzuki, name: '田中' }, 'same-person'],
    ['a key and one that it made', { ...tanaka, makers: ['key_1', 'bootstrap'] }, 'same-person'],
    ['a key and one further down', { ...tanaka, makers: ['key_8', 'key_1', 'bootstrap'] }, 'same-person'],
    [
      'the root of all keys, whatever it is called',
      { key: 'bootstrap', makers: [], name: '田中' },
      'same-person',
    ],
    ['two keys of one name', { ...tanaka, name: '鈴木' }, 'same-person'],
    ['two ways to write one name', { ...tanaka, name: ' 鈴\u3000木 ' }, 'same-person'],
    ['a key without a name', { key: 'key_2', makers: ['bootstrap'] }, 'person-unknown'],
    ['a name of spaces', { ...tanaka, name: '\u3000 ' }, 'person-unknown'],
  ] as const)('are not %s, whoever of them asked', (_what, other, code) => {
    for (const [asked, decides] of [
      [suzuki, other],
      [other, suzuki],
    ] as const)
      expect(mustBeAnotherPerson(asked, decides)).toMatchObject({
        ok: false,
        error: { kind: 'forbidden', code, rule: 'Two persons' },
      });
  });

  describe('where there are people', () => {
    const tanakaHerself: Signatory = { key: 'ses_1', makers: [], person: 'per_tanaka' };
    const suzukiHimself: Signatory = { key: 'ses_2', makers: [], person: 'per_suzuki' };
    const keyOfTanaka: Signatory = { key: 'key_3', makers: ['key_2', 'per_tanaka'], person: 'per_tanaka' };
    it('are two persons, in whatever sessions and by whatever keys of theirs', () => {
      expect(mustBeAnotherPerson(tanakaHerself, suzukiHimself)).toBeUndefined();
      expect(mustBeAnotherPerson(keyOfTanaka, suzukiHimself)).toBeUndefined();
    });
    it.each([
      ['two sessions of one', tanakaHerself, { ...tanakaHerself, key: 'ses_9' }, 'same-person'],
      ['a person and a key that goes back to that person', tanakaHerself, keyOfTanaka, 'same-person'],
      [
        'two keys that go back to one',
        keyOfTanaka,
        { ...keyOfTanaka, key: 'key_4', makers: ['per_tanaka'] },
        'same-person',
      ],
      ['a person and a key of nobody, whatever its name', tanakaHerself, suzuki, 'person-unknown'],
      [
        'a person and the root of all keys',
        tanakaHerself,
        { key: 'bootstrap', makers: [] },
        'person-unknown',
      ],
    ] as const)('are not %s, whoever of them asked', (_what, one, other, code) => {
      for (const [asked, decides] of [
        [one, other],
        [other, one],
      ] as const)
        expect(mustBeAnotherPerson(asked, decides)).toMatchObject({
          ok: false,
          error: { kind: 'forbidden', code, rule: 'Two persons' },
        });
    });
  });

  it('are not told from one another by case and width', () => {
    const wide: Signatory = { ...tanaka, name: 'Ｓuzuki' };
    expect(mustBeAnotherPerson({ ...suzuki, name: 'SUZUKI' }, wide)).toMatchObject({ ok: false });
  });
});
