import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { type LogFeeds, type ServiceName, SourceLacksEventError } from '@smartkey/event-bus';
import { anchorOf } from '@smartkey/event-store';
import type { Projector } from '../projector/projector.ts';

const FEED_PAGE = 5_000;

/**
 * Reads the logs into a generation until it has seen their settled ends.
 * @throws what the feeds or the projector throw; what was applied stays, the next call goes on from the marks.
 */
export async function readToTheEnd(
  projector: Projector,
  feeds: LogFeeds,
  {
    partitions,
    reader,
    stop,
  }: {
    readonly partitions: (source: ServiceName) => Promise<number>;
    /** What the owner of a log knows the build by. */
    readonly reader: (partition: number) => string;
    readonly stop: AbortSignal;
  },
): Promise<void> {
  for (const source of projector.sources) {
    const of = await partitions(source);
    for (let number = 0; number < of; number += 1) {
      let event = await projector.eventOf(source, number);
      let previous = await projector.positionOf(source, number);
      for (let after = previous, end = false; !end;) {
        stop.throwIfAborted();
        const page = await feeds.read(source, {
          after,
          previous,
          limit: FEED_PAGE,
          partition: { number, of },
          ...(event === undefined ? {} : { event, reader: reader(number) }),
        });
        if (page.known === false) throw new SourceLacksEventError(source);
        const { messages, watermark } = page;
        if (messages.length > 0 || watermark !== undefined)
          await projector.handle({
            source,
            partition: number,
            messages,
            ...(watermark === undefined ? {} : { watermark }),
          });
        const last = messages.at(-1);
        if (last !== undefined) [previous, event] = [last.position, anchorOf(last)];
        end = page.upTo === page.settled || page.upTo === after;
        after = page.upTo;
        await yieldToOthers();
      }
    }
  }
}
