import { KeyedQueue } from '@smartkey/database';
import {
  fold,
  invalid,
  ok,
  type DomainEvent,
  type Instant,
  type Rejection,
  type Result,
} from '@smartkey/kernel';
import { carryingTrace, inSpan, type Span } from '@smartkey/tracing';
import { setTimeout as sleep } from 'node:timers/promises';
import { retryBehindFence } from '../append/retry-behind-fence.ts';
import type { DecodedEvent } from '../codec/event-codec.ts';
import {
  AppendTooLargeError,
  DuplicateEventError,
  EventTooLargeError,
  MOST_APPEND_BYTES,
  WrongExpectedRevisionError,
  type AppendResult,
} from '../event-store.port.ts';
import { AggregateLog } from './aggregate-log.ts';
import {
  ContendedStreamError,
  type AsOf,
  type CommandHandlerOptions,
  type CommandRequest,
  type Handled,
  type HistoryPage,
  type Loaded,
} from './aggregate.ts';
import type { CommandContext } from './command-context.ts';
import { commandSpan, commandsSpan, inAppendSpan, tellAttempt, tellOutcome } from './command-spans.ts';
import { decideUpon, type ReadyDecision } from './decision.ts';
import { SharedTrips } from './shared-trips.ts';

const ATTEMPTS = 20;
const LONGEST_PAUSE_MILLIS = 50;

/** Instances that try in step would let the same one win each time. */
const outOfStep = (attempt: number): Promise<void> =>
  attempt === 1 ? Promise.resolve() : sleep(Math.random() * Math.min(2 ** attempt, LONGEST_PAUSE_MILLIS));

/** What was asked for does not fit into the log: asking again is in vain. */
const tooLarge = ({ bytes }: EventTooLargeError | AppendTooLargeError): Result<never, Rejection> =>
  invalid(
    'too-large-for-log',
    `What this says has ${bytes} bytes in the log, which takes at most ${MOST_APPEND_BYTES} at once.`,
  );

/** Carries commands out: load the stream, decide, append with the expected revision; again where others were faster. */
export class CommandHandler<State, Command, Event extends DomainEvent, Id extends string = string> {
  readonly #options: CommandHandlerOptions<State, Command, Event>;
  readonly #log: AggregateLog<State, Command, Event, Id>;
  readonly #trips: SharedTrips;
  /** Commands to one stream would only be in each other's way: in this process they queue. */
  readonly #queue = new KeyedQueue();

  constructor(options: CommandHandlerOptions<State, Command, Event>) {
    this.#options = options;
    this.#trips = new SharedTrips(options.store);
    this.#log = new AggregateLog(options, this.#trips);
  }

  /**
   * @param command is given the instant of the decision, which is a later one where it has to be decided again.
   * @param known the events as they were read just now, or none of an aggregate whose id was made for this command: what is decided
   *   upon first. Where others have written meanwhile, the append is refused, and all is read again.
   * @returns what became of it, or the decider's refusal, or the conflict `revision-mismatch` where `ifMatch` names
   *   another revision, or `too-large-for-log` (422) where its events are more than an append may be. An aggregate without
   *   any event is at revision -1, position 0.
   * @throws ContendedStreamError where others kept writing to the stream; DuplicateEventError where the command id has
   *   made events on another aggregate.
   */
  handle(
    id: Id,
    context: CommandContext,
    command: (now: Instant) => Command,
    known?: readonly DecodedEvent<Event>[],
  ): Promise<Result<Handled<State, Event, Id>, Rejection>> {
    const { category } = this.#options;
    return inSpan(`command ${category}`, commandSpan(category, id), async (span) => {
      const result = await this.#queue.run(id, () => this.#handle(id, context, command, span, known));
      tellOutcome(span, result);
      return result;
    });
  }

  /**
   * Many commands with a handful of round trips, for imports: each is carried out by itself, none waits for another's
   * fate. Commands to the same id are carried out in their order.
   * @returns in the order of the requests.
   */
  handleMany(
    requests: readonly CommandRequest<CommandContext, Command, Id>[],
  ): Promise<readonly Result<Handled<State, Event, Id>, Rejection>[]> {
    const { category } = this.#options;
    return inSpan(`commands ${category}`, commandsSpan(category, requests.length), () =>
      this.#handleMany(requests),
    );
  }

  async #handleMany(
    requests: readonly CommandRequest<CommandContext, Command, Id>[],
  ): Promise<readonly Result<Handled<State, Event, Id>, Rejection>[]> {
    const results = new Array<Result<Handled<State, Event, Id>, Rejection>>(requests.length);
    const firstOf = new Map<Id, number>();
    requests.forEach(({ id }, index) => firstOf.has(id) || firstOf.set(id, index));
    const together = [...firstOf.values()];
    const later = requests.flatMap(({ id }, index) => (firstOf.get(id) === index ? [] : [index]));
    const alone = [...(await this.#handleTogether(requests, together, results)), ...later];
    for (const index of alone.sort((a, b) => a - b)) {
      const { id, context, command } = requests[index]!;
      results[index] = await this.handle(id, context, command);
    }
    return results;
  }

  /** @returns the aggregate, whole or as of an instant; `undefined` where no event counts. */
  load(id: Id, at: AsOf = {}): Promise<Loaded<State, Event, Id> | undefined> {
    return this.#log.load(id, at);
  }

  /** How an aggregate stands now; where it has no event, as it begins. */
  async state(id: Id): Promise<State> {
    return (await this.load(id))?.state ?? this.#options.decider.initial;
  }

  /** Whole aggregates, in one round trip where the store can; those without an event are missing. */
  async loadMany(ids: readonly Id[]): Promise<ReadonlyMap<Id, Loaded<State, Event, Id>>> {
    const histories = await this.#log.readMany(ids);
    return new Map(
      ids.flatMap((id, place): [Id, Loaded<State, Event, Id>][] => {
        const loaded = this.#log.loaded(id, histories[place]!);
        return loaded === undefined ? [] : [[id, loaded]];
      }),
    );
  }

  /** The aggregate that a command which comes again has told something of, so that it need not be judged anew. */
  async toldBefore({ commandId, repeatable }: CommandContext): Promise<Id | undefined> {
    return repeatable === true ? this.#log.toldBy(commandId) : undefined;
  }

  /** The events of one aggregate, a page at a time (default 100). */
  history(
    id: Id,
    { from = 0, limit = 100 }: { readonly from?: number; readonly limit?: number } = {},
  ): Promise<HistoryPage<Event>> {
    return this.#log.history(id, from, limit);
  }

  async #handle(
    id: Id,
    given: CommandContext,
    command: (now: Instant) => Command,
    span: Span,
    known?: readonly DecodedEvent<Event>[],
  ): Promise<Result<Handled<State, Event, Id>, Rejection>> {
    const { clock } = this.#options;
    const context = carryingTrace(given);
    const stream = this.#log.streamOf(id);
    let lookForFormerRun = context.repeatable ?? false;
    let creating = false;
    const again = async (error: unknown, attempt: number): Promise<boolean> => {
      // A first run that was still on its way when the log was asked for it: by now it is there.
      if (error instanceof DuplicateEventError && creating) lookForFormerRun = true;
      else if (error instanceof WrongExpectedRevisionError) await outOfStep(attempt);
      else return false;
      if (attempt === ATTEMPTS) throw new ContendedStreamError(stream, ATTEMPTS, { cause: error });
      return true;
    };
    const decide = async (
      stamp: () => Instant,
      attempt: number,
    ): Promise<Result<Handled<State, Event, Id>, Rejection>> => {
      const history = attempt === 1 && known !== undefined ? known : await this.#log.read(id);
      creating = false;
      // An id that was made just now has no former run; one under another id shows when its events come twice.
      const made = attempt === 1 && known?.length === 0;
      const former = lookForFormerRun && !made ? await this.#log.formerRun(id, history, context) : undefined;
      if (former) return ok(former);
      const now = stamp();
      const asked = command(now);
      tellAttempt(span, attempt, asked);
      const decided = decideUpon(this.#options, history, context, now, asked);
      if (!decided.ok) return decided;
      if (decided.value.events.length === 0) return ok(this.#unchanged(id, history, decided.value));
      creating = history.length === 0;
      return this.#append(id, stream, decided.value);
    };
    return retryBehindFence(clock, decide, { attempts: ATTEMPTS, again });
  }

  async #append(
    id: Id,
    stream: string,
    decision: ReadyDecision<State>,
  ): Promise<Result<Handled<State, Event, Id>, Rejection>> {
    const { codec } = this.#options;
    const { expected, stampedAt } = decision;
    const events = await codec.encode(stream, decision.events);
    try {
      const append = { stream, expected, events, ...(stampedAt && { stampedAt }) };
      const appended = await inAppendSpan(events.length, () => this.#trips.append(append));
      return ok(await this.#done(id, decision, appended));
    } catch (error) {
      if (error instanceof EventTooLargeError || error instanceof AppendTooLargeError) return tooLarge(error);
      throw error;
    }
  }

  /** @returns the indices of those that have to be carried out alone. */
  async #handleTogether(
    requests: readonly CommandRequest<CommandContext, Command, Id>[],
    indices: readonly number[],
    results: Result<Handled<State, Event, Id>, Rejection>[],
  ): Promise<readonly number[]> {
    const { store, clock, codec } = this.#options;
    const now = clock.now();
    const known = indices.filter((index) => requests[index]!.isNew !== true);
    const read = await this.#log.readMany(known.map((index) => requests[index]!.id));
    const histories = new Map(known.map((index, place) => [index, read[place]!]));
    const decisions: { readonly index: number; readonly decision: ReadyDecision<State> }[] = [];
    const alone: number[] = [];
    for (const index of indices) {
      const { id, context: given, command } = requests[index]!;
      const context = carryingTrace(given);
      const history = histories.get(index) ?? [];
      const former =
        context.repeatable && history.length > 0
          ? await this.#log.formerRun(id, history, context)
          : undefined;
      const decided = former ? undefined : decideUpon(this.#options, history, context, now, command(now));
      if (former) results[index] = ok(former);
      else if (!decided!.ok) results[index] = decided!;
      else if (decided!.value.events.length === 0)
        results[index] = ok(this.#unchanged(id, history, decided!.value));
      else decisions.push({ index, decision: decided!.value });
    }
    const encoded = await codec.encodeMany(
      decisions.map(({ index, decision }) => ({
        stream: this.#log.streamOf(requests[index]!.id),
        events: decision.events,
      })),
    );
    const appends = encoded.map(({ stream, events }, place) => {
      const { expected, stampedAt } = decisions[place]!.decision;
      return { stream, expected, events, ...(stampedAt && { stampedAt }) };
    });
    const outcomes = await inAppendSpan(appends.length, () => store.appendMany(appends));
    for (const [place, outcome] of outcomes.entries()) {
      const { index, decision } = decisions[place]!;
      if (outcome instanceof Error) alone.push(index);
      else results[index] = ok(await this.#done(requests[index]!.id, decision, outcome));
    }
    return alone;
  }

  #unchanged(
    id: Id,
    history: readonly DecodedEvent<Event>[],
    { state }: ReadyDecision<State>,
  ): Handled<State, Event, Id> {
    const last = history.at(-1);
    const revision = last?.revision ?? -1;
    return { id, state, revision, position: last?.position ?? 0n, events: [], repeated: false };
  }

  async #done(
    id: Id,
    decision: ReadyDecision<State>,
    appended: AppendResult,
  ): Promise<Handled<State, Event, Id>> {
    const { revision, position, repeated } = appended;
    // What was just sealed need not be opened again; what a former run recorded may differ from what was decided now.
    const events = repeated
      ? await this.#options.codec.decode(appended.events)
      : appended.events.map(
          (event, i) => ({ ...event, data: decision.events[i]!.data }) as DecodedEvent<Event>,
        );
    return {
      id,
      state: fold(this.#options.decider, events, decision.state),
      revision,
      position,
      events,
      repeated,
    };
  }
}
