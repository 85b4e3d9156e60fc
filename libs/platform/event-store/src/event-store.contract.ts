import { afterAll, beforeAll, describe } from '@jest/globals';
import { TestClock } from '@smartkey/testing';
import { appendLimitContract } from './contract/append-limit.contract.ts';
import { appendManyContract } from './contract/append-many.contract.ts';
import { appendTogetherContract } from './contract/append-together.contract.ts';
import { appendContract } from './contract/append.contract.ts';
import { eventContentContract } from './contract/event-content.contract.ts';
import { fenceContract } from './contract/fence.contract.ts';
import { readingContract } from './contract/reading.contract.ts';
import { TestedLog, type LogUnderTest } from './contract/tested-log.contract.ts';
import { wentBackContract } from './contract/went-back.contract.ts';
import type { PublishedBytes } from './index.ts';

/** Publishes as many bytes of an event as the event itself says. */
const publishedBytes: PublishedBytes = ({ data }) => (data as { readonly publishes?: number }).publishes ?? 0;

/**
 * What every adapter of the event store promises.
 * @param open is told how large the published form of an event is.
 */
export function eventStoreContract(
  adapter: string,
  open: (clock: TestClock, publishedBytes: PublishedBytes) => Promise<LogUnderTest>,
): void {
  describe(`event store on ${adapter}`, () => {
    const log = new TestedLog(new TestClock('2018-02-01T00:00:00.000Z'));
    beforeAll(async () => log.opened(await open(log.clock, publishedBytes)));
    afterAll(() => log.close());

    appendContract(log);
    readingContract(log);
    eventContentContract(log);
    appendLimitContract(log);
    appendManyContract(log);
    // Once raised, a fence stays for what follows.
    fenceContract(log);
    wentBackContract(log);
    appendTogetherContract(log);
  });
}
