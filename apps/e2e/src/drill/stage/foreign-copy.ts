import { setTimeout as pause } from 'node:timers/promises';
import { SERVICES, type ServiceName } from '@smartkey/event-bus';
import { recordsOnTopic, type TakenRecord } from '../../chaos/foreign-reader.ts';
import { Patience } from '../patience.ts';
import type { Whole } from './whole.ts';

/** What a reader that is none of ours makes of a topic and of the owner's log feed, by docs/kafka.md and nothing else. */

/** An event as its record tells of it: what is asked of the owner, and the link of the chain. */
interface Read {
  readonly id: string;
  readonly position: string;
  readonly previous: string;
  readonly hash: string;
  readonly stream: string;
  readonly revision: number;
  readonly incarnation: number;
}

/** So much of a page of the feed as the reader uses. */
interface FeedPageJson {
  readonly messages: readonly { readonly id: string; readonly position: string }[];
  readonly upTo: string;
}

/** Longer than the relay waits until it tells a promise again: an event before which a topic was lost may be named by nothing else. */
const PATIENCE_MILLIS = 90_000;
/** So many may be asked for at once. */
const MOST_ANCHORS = 1_000;

/** The internal API of the service that owns a log. */
class Owner {
  private constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  static async of(whole: Whole, service: ServiceName): Promise<Owner> {
    const { internalToken } = JSON.parse(String(await whole.keys())) as { readonly internalToken: string };
    return new Owner(
      whole.addresses[`SMARTKEY_${service.toUpperCase().replace('-', '_')}_URL`]!,
      internalToken,
    );
  }

  /** Which of them the log has. */
  async knows(events: readonly Read[]): Promise<ReadonlySet<Read>> {
    const known = new Set<Read>();
    for (let at = 0; at < events.length; at += MOST_ANCHORS) {
      const asked = events.slice(at, at + MOST_ANCHORS);
      const anchors = asked.map((event) => ({ reader: 'foreign/drill/0', ...event }));
      const found = await this.#ask<{ readonly known: readonly boolean[] }>('/internal/log/anchors', {
        anchors,
      });
      for (const [n, event] of asked.entries()) if (found.known[n] === true) known.add(event);
    }
    return known;
  }

  /** Ids of the events of a partition behind one position up to another, from the log feed; to its end where none is named. */
  async *between(
    after: bigint,
    upTo: bigint | undefined,
    partition: number,
    of: number,
  ): AsyncGenerator<string> {
    for (let from = after; upTo === undefined || from < upTo;) {
      const query = new URLSearchParams({
        after: String(from),
        partition: String(partition),
        of: String(of),
      });
      const page = await this.#ask<FeedPageJson>(`/internal/log?${query}`);
      for (const { id, position } of page.messages)
        if (upTo === undefined || BigInt(position) <= upTo) yield id;
      if (BigInt(page.upTo) <= from) return;
      from = BigInt(page.upTo);
    }
  }

  async #ask<T>(path: string, body?: object): Promise<T> {
    const answer = await fetch(this.url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'x-smartkey-token': this.token, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}

const text = ({ headers }: TakenRecord, name: string): string => String(headers[name] ?? '');

/** How far the chain of a partition goes, as the topic tells of the log itself. */
interface Told {
  readonly position: bigint;
  readonly incarnation: number;
}

const tellsOfTheLog = ({ key }: TakenRecord): boolean => ['watermark', 'log-restored'].includes(String(key));

const incarnationOf = (record: TakenRecord): number => Number(text(record, 'ce_incarnation') || '1');

function toldBy(record: TakenRecord): Told {
  return { position: BigInt(text(record, 'ce_position')), incarnation: incarnationOf(record) };
}

/** The furthest position that is told of the newest incarnation: those of others cannot be put beside it. */
function furthestTold(told: readonly Told[]): bigint {
  const newest = Math.max(0, ...told.map(({ incarnation }) => incarnation));
  return told.reduce(
    (furthest, { position, incarnation }) =>
      incarnation === newest && position > furthest ? position : furthest,
    0n,
  );
}

/** An event as it lies on the topic. */
function readOf(record: TakenRecord): Read {
  return {
    id: text(record, 'ce_id'),
    position: text(record, 'ce_position'),
    previous: text(record, 'ce_previous'),
    hash: text(record, 'ce_hash'),
    stream: text(record, 'ce_subject'),
    revision: Number(text(record, 'ce_revision')),
    incarnation: incarnationOf(record),
  };
}

/**
 * The events of one partition: the chain, followed back from the furthest record that the log has. What the chain passes by was lost; what it names and
 * the topic has not is taken from the feed, and so is what lies where lost records do, or before the position that a watermark names.
 */
async function chainOf(
  owner: Owner,
  records: readonly Read[],
  told: bigint,
  partition: number,
  of: number,
): Promise<readonly string[]> {
  const known = await owner.knows(records);
  const byPosition = new Map([...known].map((event) => [BigInt(event.position), event]));
  const positions = [...byPosition.keys()].sort((a, b) => (a < b ? -1 : 1));
  const ids: string[] = [];
  const fromFeed = async (after: bigint, upTo?: bigint): Promise<void> => {
    for await (const id of owner.between(after, upTo, partition, of)) ids.push(id);
  };
  let at = positions.at(-1);
  const furthest = at ?? 0n;
  const lost = records.some(
    ({ position }) => BigInt(position) >= furthest && !byPosition.has(BigInt(position)),
  );
  if (lost || told > furthest) await fromFeed(furthest);
  while (at !== undefined) {
    const { id, previous } = byPosition.get(at)!;
    ids.push(id);
    const before = BigInt(previous);
    const next = positions.findLast((position) => position <= before);
    if (before > 0n && next !== before) await fromFeed(next ?? 0n, before);
    at = next;
  }
  return ids;
}

/** Ids of the events of a log, as a reader has them that is none of ours. */
async function foreignCopy(whole: Whole, service: ServiceName): Promise<readonly string[]> {
  const owner = await Owner.of(whole, service);
  const records = await recordsOnTopic(whole.brokers, `smartkey.${service}`);
  const partitions = Number(whole.settings['SMARTKEY_KAFKA_PARTITIONS'] ?? '6');
  const ids: string[] = [];
  for (let partition = 0; partition < partitions; partition += 1) {
    const here = records.filter((record) => record.partition === partition);
    const told = furthestTold(here.filter(tellsOfTheLog).map(toldBy));
    const read = here.filter((record) => !tellsOfTheLog(record)).map(readOf);
    ids.push(...(await chainOf(owner, read, told, partition, partitions)));
  }
  return ids;
}

/** Waits until a reader that is none of ours has each log event by event. @returns what was found, in a sentence. @throws where it has not, and nothing has come for a minute. */
export async function foreignCopiesAgree(whole: Whole): Promise<string> {
  let events = 0;
  for (const service of SERVICES) {
    const patience = new Patience(PATIENCE_MILLIS);
    for (;;) {
      const logged = new Set((await whole.logged(service)).map(({ id }) => id));
      const foreign = await foreignCopy(whole, service);
      const copy = new Set(foreign);
      const missing = [...logged].filter((id) => !copy.has(id));
      const lost = foreign.filter((id) => !logged.has(id));
      if (missing.length + lost.length === 0) {
        if (copy.size < foreign.length)
          throw new Error(`${service} tells a foreign reader of an event twice`);
        events += logged.size;
        break;
      }
      if (patience.isOver(missing.length + lost.length))
        throw new Error(
          `a foreign reader of ${service} lacks ${missing.length} of ${logged.size} events, and has ${lost.length} that are lost`,
        );
      await pause(300);
    }
  }
  return `yes: ${events} events, none twice and none that is lost`;
}
