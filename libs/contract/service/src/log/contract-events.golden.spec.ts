import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { contractDecider, statusAt, type ContractEvent } from '@smartkey/contract-domain';
import { EventCodec } from '@smartkey/event-store';
import { fold, type RecordedEvent, type Instant } from '@smartkey/kernel';
import { foldContractFacts, noContractFacts } from '@smartkey/facts';
import { DerivedSharedSeal } from '@smartkey/secrets';
import { reversingKeys } from '@smartkey/testing';
import { publishContractEvent } from './publish.ts';
import { storedEvents } from './stored-events.ts';

/** Stored events of each version there ever was; never edited, only added to. */
const folder = new URL('../../golden/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

interface Golden {
  readonly stream: string;
  readonly events: readonly Omit<RecordedEvent, 'stream' | 'position' | 'hash'>[];
}
const recorded = ({ stream, events }: Golden): readonly RecordedEvent[] =>
  events.map((event, index) => ({ ...event, stream, position: BigInt(index + 1), hash: '' }));

const parties = new DerivedSharedSeal(new Uint8Array(32).fill(7));

describe('stored events of every version', () => {
  it('there is a golden event of every type', () => {
    const types = files.flatMap((file) =>
      (JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Golden).events.map(({ type }) => type),
    );
    expect(new Set(types)).toEqual(new Set(Object.keys(storedEvents)));
  });

  it.each(files)('%s folds, and is published', async (file) => {
    const golden = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Golden & {
      readonly expected: { readonly status: string; readonly state: object; readonly facts: object };
      readonly at: Instant;
    };
    const stored = recorded(golden);
    const events = await new EventCodec<ContractEvent>(storedEvents, reversingKeys, parties).decode(stored);
    const state = fold(contractDecider, events);
    expect(statusAt(state, golden.at)).toBe(golden.expected.status);
    expect(state).toMatchObject(golden.expected.state);
    const facts = stored.reduce(
      (folded, event) =>
        foldContractFacts(folded, { ...publishContractEvent(event), revision: event.revision }),
      noContractFacts('ctr_golden'),
    );
    expect(facts).toMatchObject(golden.expected.facts);
    expect(JSON.stringify(stored.map(publishContractEvent))).not.toContain('sealed');
  });
});
