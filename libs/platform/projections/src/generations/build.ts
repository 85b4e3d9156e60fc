import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { LogFeeds, ServiceName } from '@smartkey/event-bus';
import type { Projector } from '../projector/projector.ts';

const FEED_PAGE = 5_000;

/**
 * Reads the logs into a generation until it has seen their settled ends.
 * @throws what the feeds or the projector throw; what was applied stays, the next call goes on from the marks.
 */
export async function readToTheEnd(
  projector: Projector,
  feeds: LogFeeds,
  partitions: (source: ServiceName) => Promise<number>,
  stop: AbortSignal,
): Promise<void> {
  for (const source of projector.sources) {
    const of = await partitions(source);
    for (let number = 0; number < of; number += 1) {
      let previous = await projector.positionOf(source, number);
      for (let after = previous, end = false; !end;) {
        stop.throwIfAborted();
        const page = await feeds.read(source, {
          after,
          previous,
          limit: FEED_PAGE,
          partition: { number, of },
        });
        const { messages, watermark } = page;
        if (messages.length > 0 || watermark !== undefined)
          await projector.handle({
            source,
            partition: number,
            messages,
            ...(watermark === undefined ? {} : { watermark }),
          });
        previous = messages.at(-1)?.position ?? previous;
        end = page.upTo === page.settled || page.upTo === after;
        after = page.upTo;
        await yieldToOthers();
      }
    }
  }
}
