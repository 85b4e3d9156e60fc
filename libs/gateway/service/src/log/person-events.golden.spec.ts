import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { EventCodec } from '@smartkey/event-store';
import { fold, type RecordedEvent } from '@smartkey/kernel';
import { personDecider, type PersonEvent } from '@smartkey/people-domain';
import { reversingKeys } from '@smartkey/testing';
import { personEventForms, shownPersonData } from './stored-person-events.ts';

/** Stored events of each version there ever was; never edited, only added to. */
const folder = new URL('../../golden/people/', import.meta.url);
const files = readdirSync(folder);

interface Golden {
  readonly stream: string;
  readonly events: readonly Omit<RecordedEvent, 'stream' | 'position' | 'hash'>[];
  /** What the audit shows, by revision. */
  readonly expected: { readonly state: object; readonly shown: Readonly<Record<number, object>> };
}
const read = (file: string): Golden => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Golden;

describe('stored events of people, of every version', () => {
  it('there is a golden event of every type', () => {
    const events = files.flatMap((file) => read(file).events);
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(Object.keys(personEventForms)));
  });

  it.each(files)('%s folds, and is shown without names and words', async (file) => {
    const { stream, events, expected } = read(file);
    const stored = events.map((event, index) => ({
      ...event,
      stream,
      position: BigInt(index + 1),
      hash: '',
    }));
    const opened = await new EventCodec<PersonEvent>(personEventForms, reversingKeys).decode(stored);
    expect(fold(personDecider, opened)).toMatchObject(expected.state);
    const shown = stored.map(shownPersonData);
    for (const [revision, data] of Object.entries(expected.shown))
      expect(shown[Number(revision)]).toEqual(data);
    expect(JSON.stringify(shown)).not.toContain('sealed');
  });

  it('of a type that this program does not know nothing is shown', () => {
    expect(shownPersonData({ type: 'PersonOfNextYear', data: { name: '山田' } })).toEqual({});
  });
});
