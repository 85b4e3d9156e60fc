import type { EventBus, ServiceName, Subscriber, Subscription } from '@smartkey/event-bus';
import { allDone } from '@smartkey/lifecycle';

/**
 * The bus of a service whose neighbours publish to a broker: what is its own it reads from its own log. A command that waits
 * for its own read model does not wait for the broker then, and is served while there is none.
 */
export class OwnLogBus implements EventBus {
  constructor(
    private readonly own: ServiceName,
    private readonly log: EventBus,
    private readonly broker: EventBus,
  ) {}

  partitions(source: ServiceName): Promise<number> {
    return this.#of(source).partitions(source);
  }

  async subscribe(subscriber: Subscriber): Promise<Subscription> {
    const subscriptions: Subscription[] = [];
    for (const bus of [this.log, this.broker]) {
      const sources = subscriber.sources.filter((source) => this.#of(source) === bus);
      if (sources.length === 0) continue;
      subscriptions.push(
        await bus.subscribe({
          group: subscriber.group,
          sources,
          positionOf: (source, partition) => subscriber.positionOf(source, partition),
          eventOf: (source, partition) => subscriber.eventOf(source, partition),
          handle: (delivery) => subscriber.handle(delivery),
        }),
      );
    }
    return {
      close: () => allDone(subscriptions.map((each) => each.close())),
    };
  }

  #of(source: ServiceName): EventBus {
    return source === this.own ? this.log : this.broker;
  }
}
