import type { Message } from '@smartkey/event-bus';
import { type Anchor, anchorOf, endOf, type EventStore, type Incarnation } from '@smartkey/event-store';
import { ChainCoverage } from './chain-coverage.ts';
import type { PartitionExtent } from './read-topic.ts';
import type { TopicRecord } from '../records/cloud-event.codec.ts';

/** An event that a topic holds and the log does not. */
export type LostEvent = Pick<
  Message,
  'id' | 'position' | 'type' | 'stream' | 'revision' | 'contract' | 'occurredAt'
>;

/** What a topic tells of the events that a log lacks. */
export interface LostOnTopic {
  readonly count: number;
  /** By type, in the order of the names. */
  readonly byType: ReadonlyMap<string, number>;
  /** Of the positions asked for, in the order of the positions. */
  readonly events: readonly LostEvent[];
  /** The topic holds all that anybody is known to have read beyond the log; else why that is not so. */
  readonly complete: true | string;
}

/** Events that are put beside the log at once. */
const AT_ONCE = 1_000;

/**
 * Counts the events that a topic holds and the log lacks, and keeps a page of them: as much memory as the page and the kinds of events need, however long the
 * topic is. What was given up by an accepted loss counts no more.
 */
export class LostCounter {
  #count = 0;
  readonly #byType = new Map<string, number>();
  readonly #events: LostEvent[] = [];
  readonly #chains: (ChainCoverage | undefined)[] = [];
  readonly #begins: bigint[] = [];
  #unhashed = 0;
  #wanted: readonly Anchor[];

  constructor(
    private readonly parts: {
      readonly store: Pick<EventStore, 'holds'>;
      readonly incarnations: readonly Incarnation[];
      /** Up to here the log is known to have what was read of it: 0n where nothing is. */
      readonly common: bigint;
      /** What is known beyond the log by others than the topic. */
      readonly known: readonly Anchor[];
      readonly page: { readonly after: bigint; readonly limit: number };
    },
  ) {
    this.#wanted = parts.known.filter((each) => !this.#isGivenUp(each));
  }

  async take(records: readonly TopicRecord[], { partition, low }: PartitionExtent): Promise<void> {
    const beyond: Message[] = [];
    for (const record of records) {
      if (record.kind !== 'message') continue;
      const { message } = record;
      const { previous, position } = message;
      this.#begins[partition] ??= low === 0n ? 0n : previous;
      this.#chains[partition] ??= new ChainCoverage(this.#begins[partition]);
      this.#chains[partition].add(previous, position);
      if (position > this.parts.common && !this.#isGivenUp(message)) beyond.push(message);
    }
    for (let from = 0; from < beyond.length; from += AT_ONCE)
      await this.#putBesideLog(beyond.slice(from, from + AT_ONCE));
  }

  result(partitions: readonly PartitionExtent[]): LostOnTopic {
    return {
      count: this.#count,
      byType: new Map([...this.#byType].sort(([a], [b]) => (a < b ? -1 : 1))),
      events: this.#events,
      complete: this.#whyNot(partitions) ?? true,
    };
  }

  #isGivenUp(event: { readonly position: bigint; readonly incarnation?: number | undefined }): boolean {
    const end = endOf(this.parts.incarnations, event);
    return end !== undefined && event.position > end;
  }

  async #putBesideLog(messages: readonly Message[]): Promise<void> {
    const anchors = messages.map(anchorOf);
    this.#unhashed += anchors.filter((anchor) => anchor === undefined).length;
    const held = await this.parts.store.holds(anchors.filter((anchor) => anchor !== undefined));
    let asked = 0;
    for (const [n, message] of messages.entries()) {
      if (anchors[n] === undefined || held[asked++] === true) continue;
      this.#wanted = this.#wanted.filter(({ id, hash }) => id !== message.id || hash !== message.hash);
      this.#count += 1;
      this.#byType.set(message.type, (this.#byType.get(message.type) ?? 0) + 1);
      this.#keep(message);
    }
  }

  /** Partitions come in any order: the page is of the least positions. */
  #keep(message: Message): void {
    const { after, limit } = this.parts.page;
    const { id, position, type, stream, revision, contract, occurredAt } = message;
    if (position <= after) return;
    const at = this.#events.findLastIndex((each) => each.position < position) + 1;
    if (at >= limit) return;
    const told = {
      id,
      position,
      type,
      stream,
      revision,
      occurredAt,
      ...(contract !== undefined && { contract }),
    };
    this.#events.splice(at, 0, told);
    if (this.#events.length > limit) this.#events.pop();
  }

  #whyNot(partitions: readonly PartitionExtent[]): string | undefined {
    const { common } = this.parts;
    for (const { partition, low } of partitions) {
      const chain = this.#chains[partition];
      if (chain === undefined) {
        if (low > 0n) return `retention has taken all of partition ${partition}`;
        continue;
      }
      if (this.#begins[partition]! > common)
        return `retention has taken of partition ${partition} what lay up to position ${this.#begins[partition]}`;
      const hole = chain.lacking(0n).find(({ upTo }) => upTo > common);
      if (hole !== undefined)
        return `partition ${partition} lacks what lies between positions ${hole.after} and ${hole.upTo}`;
    }
    if (this.#unhashed > 0)
      return `${this.#unhashed} events bear no hash, as a former version published them`;
    const [wanted] = this.#wanted;
    return wanted && `an event at position ${wanted.position} that others have read is not on the topic`;
  }
}
