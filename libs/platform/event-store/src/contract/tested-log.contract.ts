import { derivedUuid } from '@smartkey/identity';
import type { Instant, NewEvent, RecordedEvent } from '@smartkey/kernel';
import type { TestClock } from '@smartkey/testing';
import { BehindFenceError, type EventStore } from '../index.ts';

/** One empty log, opened by one process or several. */
export interface LogUnderTest {
  /** Instances side by side; one where only one is possible. */
  readonly instances: readonly EventStore[];
  close(): Promise<void>;
}

/** The log that the suite asks, once it is opened. */
export class TestedLog {
  #opened: LogUnderTest | undefined;

  constructor(readonly clock: TestClock) {}

  opened(log: LogUnderTest): void {
    this.#opened = log;
  }

  close(): Promise<void> {
    return this.#opened!.close();
  }

  get instances(): readonly EventStore[] {
    return this.#opened!.instances;
  }

  /** The first instance. */
  get store(): EventStore {
    return this.instance(0);
  }

  /** Any number names one of the instances. */
  instance(n: number): EventStore {
    return this.instances[n % this.instances.length]!;
  }

  /** A fresh stream of so many events. */
  async streamOf(count: number): Promise<string> {
    const stream = freshStream();
    if (count > 0)
      await this.store.append({ stream, expected: 'no-stream', events: eventsOf(stream, count) });
    return stream;
  }

  async wholeLog(): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for (let after = 0n, before = -1n; after > before;) {
      const page = await this.store.readAll({ after, limit: 500 });
      events.push(...page.events);
      [before, after] = [after, page.upTo];
    }
    return events;
  }
}

const OCCURRED = '2018-01-31T14:59:59.999Z';

/** An event for tests; its id derives from the name. */
export const testEvent = (name: string, data: object = { name }): NewEvent => ({
  id: derivedUuid('test', name),
  type: 'Tested',
  version: 1,
  data,
  metadata: { commandId: name, actor: { role: 'operator', key: 'key_1' }, termsVersion: '2018-01-01' },
  occurredAt: OCCURRED,
});

let names = 0;
/** A stream that no other test knows. */
export const freshStream = (): string => `test-${(names += 1)}`;
export const eventsOf = (stream: string, count: number, mark = ''): NewEvent[] =>
  Array.from({ length: count }, (_, i) => testEvent(`${stream}${mark}/${i}`));

/** The fence of a log, as an append hears it that is behind it; undefined where it was never raised. */
export async function fenceOf(store: EventStore): Promise<Instant | undefined> {
  const stream = freshStream();
  const events = eventsOf(stream, 1);
  try {
    await store.append({ stream, expected: 'no-stream', events, stampedAt: '2016-03-01T00:00:00.000Z' });
    return undefined;
  } catch (error) {
    if (!(error instanceof BehindFenceError)) throw error;
    return error.fence;
  }
}

export const pause = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis));
