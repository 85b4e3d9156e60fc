import { LogWentBackError } from '@smartkey/event-store';
import { FeedDirectory } from '@smartkey/event-bus';
import { SourcesStanding } from '@smartkey/projections';
import { until } from '@smartkey/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { BusOnKafka, Collector, expectWholeChains, PARTITIONS, whyLeftOut } from './bus-on-kafka.fixture.ts';
import type { KafkaRelay, KafkaTransportStrategy } from '../index.ts';

const missing = whyLeftOut('the bus on a real Kafka');

(missing === undefined ? describe : describe.skip)('the bus on a real Kafka', () => {
  let kafka: BusOnKafka;
  const relays: KafkaRelay[] = [];
  const buses: KafkaTransportStrategy[] = [];
  let group = 0;

  const publishing = (): KafkaRelay => {
    const relay = kafka.relay();
    relay.start();
    relays.push(relay);
    return relay;
  };
  const listening = async (...collectors: readonly Collector[]): Promise<KafkaTransportStrategy> => {
    const bus = await kafka.listening(...collectors);
    buses.push(bus);
    return bus;
  };
  /** Reads the topic from its beginning. */
  const newGroup = (): Collector => new Collector(`group-${(group += 1)}`);
  const all = (...collectors: readonly Collector[]) =>
    until(
      () => new Set(collectors.flatMap((each) => each.messages.map(({ id }) => id))).size === kafka.appended,
    );

  beforeAll(async () => {
    kafka = await BusOnKafka.start();
  });
  afterEach(async () => {
    await Promise.all(buses.splice(0).map((bus) => bus.close()));
    await Promise.all(relays.splice(0).map((relay) => relay.close()));
  });
  afterAll(() => kafka?.stop());

  it('delivers every event of the log, each partition as one chain, and the watermark behind it', async () => {
    publishing();
    const taking = newGroup();
    await listening(taking);
    await kafka.append(200);
    await kafka.watermark.publish('2018-01-31T15:00:00.000Z', await kafka.store.settledPosition());
    await all(taking);
    const promised = () => taking.deliveries.filter((each) => each.watermark !== undefined);
    await until(() => new Set(promised().map(({ partition }) => partition)).size === PARTITIONS);
    expectWholeChains(taking.deliveries, kafka.appended);
    for (const { watermark } of promised()) expect(watermark!.instant).toBe('2018-01-31T15:00:00.000Z');
  });

  it('repeats a delivery whose handler threw, a TypeError too, and lets the other partitions flow meanwhile', async () => {
    publishing();
    const taking = newGroup();
    let failures = 0;
    const sick = 0;
    const others = () => taking.deliveries.filter(({ partition }) => partition !== sick);
    taking.before = ({ partition }) => {
      // Until all of the others has come: that it does is what is tested.
      if (partition !== sick || others().flatMap(({ messages }) => messages).length >= healthy) return;
      failures += 1;
      throw new TypeError('a bug in a handler');
    };
    let healthy = Number.POSITIVE_INFINITY;
    await listening(taking);
    await kafka.append(30);
    const witness = newGroup();
    await listening(witness);
    await all(witness);
    healthy = new Set(
      witness.deliveries
        .filter(({ partition }) => partition !== sick)
        .flatMap(({ messages }) => messages.map(({ id }) => id)),
    ).size;
    await all(taking);
    expect(failures).toBeGreaterThan(0);
    expectWholeChains(taking.deliveries, kafka.appended);
  });

  it('publishes nothing twice that it remembers, and what it forgot again with the same positions', async () => {
    const relay = publishing();
    const taking = newGroup();
    await listening(taking);
    await kafka.append(20);
    await all(taking);
    await relay.close();
    await kafka.append(50);
    await kafka.database.execute("update relay_checkpoint set position = 0, links = '{0,0,0}'");
    publishing();
    await all(taking);
    const positions = new Map<string, bigint>();
    for (const { id, position } of taking.messages) {
      expect(positions.get(id) ?? position).toBe(position);
      positions.set(id, position);
    }
    expectWholeChains(taking.deliveries, kafka.appended);
  });

  it('lets one relay publish at a time, and the second take over where the first has ended', async () => {
    const first = publishing();
    const taking = newGroup();
    await listening(taking);
    await kafka.append(20);
    await all(taking);
    publishing();
    await kafka.appendingDuring(async () => {
      await pause(500);
      await first.close();
      await pause(500);
    });
    await all(taking);
    expectWholeChains(taking.deliveries, kafka.appended);
  });

  it('goes on without loss while another instance of a group joins and leaves', async () => {
    publishing();
    const first = newGroup();
    const second = new Collector(first.group);
    await listening(first);
    await kafka.appendingDuring(async () => {
      await until(() => first.deliveries.length > 0);
      const other = await listening(second);
      await until(() => second.messages.length > 0);
      await other.close();
      const seen = first.messages.length;
      await until(() => first.messages.length > seen + 30);
    });
    await all(first, second);
    // In the order of time a partition passes from one to the other, so the chain is looked for in both together.
    expectWholeChains(byPosition(first, second), kafka.appended);
  });

  it('hands a batch over again that outlasted the session, and the chain stays whole', async () => {
    publishing();
    const taking = newGroup();
    let blocked = false;
    taking.before = () => {
      if (blocked) return;
      blocked = true;
      // Nothing of this process runs meanwhile, no heartbeat either: the broker gives the partitions up for lost.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 9_000);
    };
    await kafka.append(30);
    await listening(taking);
    await kafka.append(30);
    await all(taking);
    expect(taking.messages.length).toBeGreaterThan(taking.distinct);
    expectWholeChains(taking.deliveries, kafka.appended);
  });

  it('comes back by itself after a SIGKILL of the broker under traffic, with every event and no broken chain', async () => {
    publishing();
    const taking = [newGroup(), newGroup()];
    for (const each of taking) each.before = () => pause(20 * Math.random());
    await listening(...taking);
    await kafka.appendingDuring(async () => {
      for (const downMillis of [200, 7_000]) {
        await until(() => taking.every((each) => each.distinct > 0));
        await kafka.broker.kill();
        await pause(downMillis);
        await kafka.broker.resume();
        const target = kafka.appended;
        await until(() => taking.every((each) => each.distinct >= target));
      }
    });
    for (const each of taking) {
      await all(each);
      expectWholeChains(each.deliveries, kafka.appended);
    }
    buses[0]!.check(0);
    relays[0]!.check(1_000);
  }, 180_000);

  it('says that it cannot take in or publish while there is no broker', async () => {
    const relay = publishing();
    const taking = newGroup();
    const bus = await listening(taking);
    await all(taking);
    await kafka.broker.kill();
    await kafka.append(1);
    const failing = (check: (mostMillis: number) => void) => () => {
      try {
        check(500);
        return false;
      } catch {
        return true;
      }
    };
    await until(failing((most) => bus.check(most)));
    await until(failing((most) => relay.check(most)));
    await kafka.broker.resume();
    await all(taking);
    bus.check(0);
  });

  it.each([
    ['killed', () => kafka.broker.kill()],
    ['frozen', () => void process.kill(kafka.broker.pid!, 'SIGSTOP')],
  ])('comes to an end while the broker is %s, relay and consumers', async (_, strike) => {
    const relay = publishing();
    const taking = newGroup();
    const bus = await listening(taking);
    await all(taking);
    await strike();
    await kafka.append(20);
    await pause(1_000);
    await Promise.all([bus.close(), relay.close()]);
    await kafka.broker.kill();
    await kafka.broker.resume();
  });

  it('knows of events that the log lacks, though the whole database was put back to an older copy', async () => {
    publishing();
    await kafka.append(3);
    const taking = newGroup();
    await listening(taking);
    await all(taking);
    await Promise.all(relays.splice(0).map((relay) => relay.close()));
    const copy = await kafka.database.query<{ position: bigint; links: bigint[] }>(
      'select position, links from relay_checkpoint',
    );
    // A relay that begins to lead looks at its topic, and finds nothing amiss.
    const again = publishing();
    await kafka.append(5);
    await all(taking);
    expect(await kafka.store.standing.since()).toBeUndefined();
    await again.close();
    const last = (await kafka.store.last())!;
    // The log, its checkpoint and every mark are those of the copy; watermarks have come onto the topic since.
    await kafka.database.execute(
      'delete from event_log where position > (select max(link) from unnest($1::bigint[]) link)',
      [copy[0]!.links],
    );
    await kafka.database.execute('update relay_checkpoint set position = $1, links = $2, anchors = null', [
      copy[0]!.position,
      copy[0]!.links,
    ]);
    publishing();
    await until(async () => (await kafka.store.standing.since()) !== undefined);
    const { evidence } = (await kafka.store.standing.wentBack())!;
    expect(evidence[0]).toMatchObject({ reader: expect.stringMatching(/^topic /), known: last });
    await expect(kafka.append(1)).rejects.toBeInstanceOf(LogWentBackError);
  });

  it('tells every partition, before what follows a loss, that the log goes on, so that whoever reads all of it counts what the log holds', async () => {
    const { standing } = kafka.store;
    await standing.propose('anna', 'no younger copy is left');
    await standing.accept('ben');
    publishing();
    await kafka.appendRestored();
    await kafka.append(9);
    const taking = newGroup();
    await listening(taking);
    const logged = (
      await kafka.database.query<{ id: string }>('select id from event_log order by position')
    ).map(({ id }) => id);
    const taken = () => new Set(taking.messages.map(({ id }) => id));
    // Seen once a look: thousands of events, each looked for among all, would keep the consumer from its heartbeats.
    await until(() => {
      const seen = taken();
      return logged.every((id) => seen.has(id));
    });
    const told = () => taking.deliveries.filter(({ incarnation }) => incarnation === 2);
    await until(() => new Set(told().map(({ partition }) => partition)).size === PARTITIONS);
    expect(taken().size).toBeGreaterThan(logged.length);
    const feeds = new FeedDirectory();
    feeds.add('authentication', kafka.feed());
    const reader = new SourcesStanding();
    const count = async (): Promise<readonly string[]> => {
      const ids = new Set<string>();
      for (const delivery of taking.deliveries)
        for (const { id } of (await reader.whatCounts(delivery, feeds)).messages) ids.add(id);
      return [...ids].sort();
    };
    // What lay before the word of the loss may have been counted before it was heard: whoever did that is made anew.
    await count();
    expect(await count()).toEqual([...logged].sort());
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const here = taking.deliveries.filter((each) => each.partition === partition);
      const first = here.findIndex(({ messages }) => messages.some(({ incarnation }) => incarnation === 2));
      const says = here.findIndex(({ incarnation }) => incarnation === 2);
      if (first >= 0) expect(says).toBeLessThanOrEqual(first);
    }
  });
});

/** Deliveries of one message each, in the order of the log. */
function byPosition(...collectors: readonly Collector[]) {
  return collectors
    .flatMap(({ deliveries }) =>
      deliveries.flatMap((delivery) =>
        delivery.messages.map((message) => ({ ...delivery, messages: [message] })),
      ),
    )
    .sort((a, b) => Number(a.messages[0]!.position - b.messages[0]!.position));
}
