import { eventIdOf } from '@smartkey/identity';
import { type DomainEvent, fold, type RecordedEvent } from '@smartkey/kernel';
import { DuplicateEventError } from '../event-store.port.ts';
import type { DecodedEvent } from '../codec/event-codec.ts';
import type { AsOf, CommandHandlerOptions, Handled, HistoryPage, Loaded } from './aggregate.ts';
import { madeBy, type CommandContext } from './command-context.ts';
import type { SharedTrips } from './shared-trips.ts';

/** The streams of one kind of aggregate, decoded and folded. */
export class AggregateLog<State, Command, Event extends DomainEvent, Id extends string> {
  readonly #prefix: string;

  constructor(
    private readonly options: CommandHandlerOptions<State, Command, Event>,
    private readonly trips: SharedTrips,
  ) {
    this.#prefix = `${options.category}-`;
  }

  streamOf(id: Id): string {
    return `${this.#prefix}${id}`;
  }

  /** Every event of one aggregate; empty where there is none. */
  async read(id: Id): Promise<readonly DecodedEvent<Event>[]> {
    return this.options.codec.decode(await this.trips.readStream(this.streamOf(id)));
  }

  /** The same for many, in the order of the ids. */
  async readMany(ids: readonly Id[]): Promise<readonly (readonly DecodedEvent<Event>[])[]> {
    if (ids.length === 0) return [];
    const streams = await this.options.store.readStreams(ids.map((id) => this.streamOf(id)));
    const decoded = await this.options.codec.decode(streams.flat());
    let end = 0;
    return streams.map(({ length }) => decoded.slice(end, (end += length)));
  }

  async load(id: Id, at: AsOf): Promise<Loaded<State, Event, Id> | undefined> {
    const { atRevision, asOf, knownAt } = at;
    const stored =
      atRevision === undefined
        ? await this.trips.readStream(this.streamOf(id))
        : await this.options.store.readStream(this.streamOf(id), { limit: atRevision + 1 });
    const counting = stored.filter(
      ({ occurredAt, recordedAt }) =>
        (asOf === undefined || occurredAt <= asOf) && (knownAt === undefined || recordedAt <= knownAt),
    );
    return this.loaded(id, await this.options.codec.decode(counting));
  }

  loaded(id: Id, events: readonly DecodedEvent<Event>[]): Loaded<State, Event, Id> | undefined {
    const last = events.at(-1);
    if (!last) return undefined;
    return {
      id,
      state: fold(this.options.decider, events),
      revision: last.revision,
      position: last.position,
      events,
    };
  }

  async history(id: Id, from: number, limit: number): Promise<HistoryPage<Event>> {
    const stored = await this.options.store.readStream(this.streamOf(id), { from, limit: limit + 1 });
    return {
      events: await this.options.codec.decode(stored.slice(0, limit)),
      next: stored.length > limit ? from + limit : undefined,
    };
  }

  /**
   * What a former run of the same command did, looked for in the history of the stream it goes to and, where that is
   * empty, in the whole log: a command that creates is given a fresh id each time.
   * @throws DuplicateEventError where the command id made an event of another kind of aggregate.
   */
  async formerRun(
    id: Id,
    history: readonly DecodedEvent<Event>[],
    { commandId }: CommandContext,
  ): Promise<Handled<State, Event, Id> | undefined> {
    if (history.length > 0) return this.#asLeftBy(commandId, id, history);
    const first = await this.options.store.findEvent(eventIdOf(commandId, 0));
    if (!first) return undefined;
    const original = this.#idOf(first);
    if (original === undefined) throw new DuplicateEventError(first.id);
    return this.#asLeftBy(commandId, original, await this.read(original));
  }

  /** The aggregate of this kind that a command has made the first event of; `undefined` where it has made none. */
  async toldBy(commandId: string): Promise<Id | undefined> {
    const first = await this.options.store.findEvent(eventIdOf(commandId, 0));
    return first && this.#idOf(first);
  }

  #idOf({ stream }: RecordedEvent): Id | undefined {
    return stream.startsWith(this.#prefix) ? (stream.slice(this.#prefix.length) as Id) : undefined;
  }

  #asLeftBy(
    commandId: string,
    id: Id,
    history: readonly DecodedEvent<Event>[],
  ): Handled<State, Event, Id> | undefined {
    const last = history.findLastIndex((event) => madeBy(event, commandId));
    if (last < 0) return undefined;
    const { state, revision, position, events } = this.loaded(id, history.slice(0, last + 1))!;
    const its = events.filter((event) => madeBy(event, commandId));
    return { id, state, revision, position, events: its, repeated: true };
  }
}
