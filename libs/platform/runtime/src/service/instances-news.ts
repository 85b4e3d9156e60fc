import type { DatabaseServer } from '@smartkey/database';
import type { PublishedWatermark, StoreLogFeed } from '@smartkey/event-bus';
import type { EventStore } from '@smartkey/event-store';
import type { ServiceName } from '@smartkey/event-bus';

export interface InstancesNewsParts {
  readonly service: ServiceName;
  readonly server: DatabaseServer;
  readonly store: EventStore;
  readonly feed: StoreLogFeed;
  readonly watermark: PublishedWatermark;
  /** Something has happened that another watermark may follow from. */
  readonly stir: () => void;
  /** The server was away, or another has taken its place. */
  readonly again: () => void;
}

/** What the instances of one service tell each other. @returns how to tell that a promise of an input was reached, and how to stop. */
export function instancesNews({ service, server, store, feed, watermark, stir, again }: InstancesNewsParts): {
  readonly promised: () => void;
  readonly stop: () => void;
} {
  const { news } = server;
  if (news === undefined) return { promised: () => undefined, stop: () => undefined };
  const channel = (topic: string): string => `${service}/${topic}`;
  const stops = [
    store.onAppended((position) => news.tell(channel('log'), position)),
    news.hear(channel('log'), (position) => {
      feed.heard(position);
      stir();
      // What the server says where something may have been missed.
      if (position === 0n) again();
    }),
    watermark.onPublished(() => news.tell(channel('watermark'), 0n)),
    news.hear(channel('watermark'), () => {
      watermark.forget();
      feed.heard(0n);
    }),
    news.hear(channel('promised'), stir),
  ];
  return {
    promised: () => news.tell(channel('promised'), 0n),
    stop: () => stops.forEach((stop) => stop()),
  };
}
