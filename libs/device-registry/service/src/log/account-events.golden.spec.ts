import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { accountDecider, type AccountState } from '@smartkey/device-registry-domain';
import { EventCodec } from '@smartkey/event-store';
import { fold, type RecordedEvent } from '@smartkey/kernel';
import { openingKeys } from '@smartkey/testing';
import { storedEvents } from './stored-events.ts';

/** Stored events as each version was written, their sealed texts in the clear; never edited. */
interface Golden {
  readonly stream: string;
  readonly events: readonly Omit<RecordedEvent, 'stream' | 'position' | 'hash'>[];
  readonly state: AccountState;
}

const goldenOf = (name: string): Golden =>
  JSON.parse(readFileSync(new URL(`../../golden/${name}.json`, import.meta.url), 'utf8')) as Golden;
const goldens = [
  'account.v1',
  'account.v2',
  'account-corrections.v1',
  'account-links.v1',
  'account-erasure.v1',
].map((name) => [name, goldenOf(name)] as const);

describe('stored events of accounts', () => {
  it('have a golden example of every type', () => {
    const types = goldens.flatMap(([, { events }]) => events.map(({ type }) => type));
    expect(new Set(types)).toEqual(new Set(Object.keys(storedEvents)));
  });

  it.each(goldens)('of %s fold to the account that they always folded to', async (_, golden) => {
    const stored = golden.events.map((event): RecordedEvent => ({
      ...event,
      stream: golden.stream,
      position: BigInt(event.revision + 1),
      hash: '',
    }));
    const events = await new EventCodec(storedEvents, openingKeys()).decode(stored);
    expect(fold(accountDecider, events)).toEqual(golden.state);
  });
});
