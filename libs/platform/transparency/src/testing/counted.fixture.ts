import type { AppendResult, EventStore } from '@smartkey/event-store';
import { derivedUuid } from '@smartkey/identity';
import { TestClock } from '@smartkey/testing';

/** One more event of a stream that counts. @param n names it. */
export const appendCounted = (store: Pick<EventStore, 'append'>, n: number): Promise<AppendResult> =>
  store.append({
    stream: 'count-1',
    expected: 'any',
    events: [
      {
        id: derivedUuid('counted', n),
        type: 'Counted',
        version: 1,
        data: { n },
        metadata: { actor: { role: 'system', key: 'billing' }, commandId: `cmd_${n}` },
        occurredAt: new TestClock().now(),
      },
    ],
  });
