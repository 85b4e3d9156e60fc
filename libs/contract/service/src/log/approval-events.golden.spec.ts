import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { approvalDecider, type ApprovalEvent } from '@smartkey/contract-domain';
import { EventCodec } from '@smartkey/event-store';
import { fold, type RecordedEvent } from '@smartkey/kernel';
import { reversingKeys } from '@smartkey/testing';
import { publishEvent } from './publish-approval.ts';
import { storedApprovals } from './stored-approvals.ts';

/** Stored events of each version there ever was; never edited, only added to. */
const folder = new URL('../../golden/approvals/', import.meta.url);
const files = readdirSync(folder);

interface Golden {
  readonly stream: string;
  readonly events: readonly Omit<RecordedEvent, 'stream' | 'position' | 'hash'>[];
  readonly expected: { readonly state: object; readonly published: readonly object[] };
}
const read = (file: string): Golden => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Golden;

describe('stored events of approvals, of every version', () => {
  it('there is a golden event of every type, and a change of every kind', () => {
    const events = files.flatMap((file) => read(file).events);
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(Object.keys(storedApprovals)));
    const kinds = events.flatMap(({ data }) => (data as { change?: { kind: string } }).change?.kind ?? []);
    expect(kinds.sort()).toEqual(['billing-start', 'plan-change', 'quote', 'waiver']);
  });

  it.each(files)('%s folds, and is published without names and words', async (file) => {
    const { stream, events, expected } = read(file);
    const stored = events.map((event, index) => ({
      ...event,
      stream,
      position: BigInt(index + 1),
      hash: '',
    }));
    const opened = await new EventCodec<ApprovalEvent>(storedApprovals, reversingKeys).decode(stored);
    expect(fold(approvalDecider, opened)).toMatchObject(expected.state);
    const published = stored.map(publishEvent);
    expect(published).toMatchObject(expected.published);
    expect(JSON.stringify(published)).not.toContain('sealed');
  });

  it('what no approval says is published as a contract says it', () => {
    expect(
      publishEvent({
        type: 'FeeWaived',
        version: 1,
        data: { fee: 'fee_1', reason: 'x' },
        stream: 'contract-ctr_1',
      }),
    ).toEqual({ type: 'FeeWaived', version: 3, contract: 'ctr_1', data: { fee: 'fee_1' } });
  });
});
