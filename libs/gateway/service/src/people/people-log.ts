import type { Database, Transaction } from '@smartkey/database';
import {
  madeBy,
  metadataOf,
  WrongExpectedRevisionError,
  type AppendResult,
  type CommandContext,
  type DecodedEvent,
  type EventCodec,
  type EventStore,
  type StreamAppend,
} from '@smartkey/event-store';
import { eventIdOf } from '@smartkey/identity';
import {
  conflict,
  fold,
  idOfStream,
  ok,
  type Clock,
  type Instant,
  type NewEvent,
  type Rejection,
  type Result,
  type ContractId,
  type PersonId,
} from '@smartkey/kernel';
import { ConcurrentChangeError } from '@smartkey/lifecycle';
import {
  personDecider,
  type PersonCommand,
  type PersonEvent,
  type PersonState,
} from '@smartkey/people-domain';
import type { SubjectKeys } from '@smartkey/secrets';
import { streamOfPerson } from '../log/stored-person-events.ts';
import { emailDigest } from '../lookup-digest.ts';
import { endRowsOf } from './end-rows.ts';
import { writePerson, type KnownPerson, type SealedDetails } from './person-row.ts';

/** The log of people, whose appends are part of the transaction that changes the rows they go with. */
export interface PeopleStore extends EventStore {
  appendWithin(tx: Transaction, append: StreamAppend): Promise<AppendResult>;
}

/** What a command must know besides the stream; it still holds when its events are committed. */
export interface FactsOfOthers {
  /** Others who are active on the same side and manage it. */
  readonly otherManagers: number;
  /** Keys that the person made and that still work. */
  readonly keys: readonly string[];
}

/** A person as the stream tells. */
export interface LoadedPerson {
  readonly id: PersonId;
  readonly state: KnownPerson;
  readonly revision: number;
}

/** What became of a command. */
export interface HandledPerson extends LoadedPerson {
  /** None where the fact held already, or a former run of the same command made it. */
  readonly events: readonly PersonEvent[];
  readonly repeated: boolean;
}

/** Changes rows in the transaction of the append. It may throw, and nothing has been. */
export type RowChange = (tx: Transaction, handled: HandledPerson) => Promise<void>;

const MOST_RUNS = 20;

/** Others changed meanwhile what was decided upon. */
class FactsChangedError extends ConcurrentChangeError {
  override readonly name = 'FactsChangedError';
}

type History = readonly DecodedEvent<PersonEvent>[];

export class PeopleLog {
  constructor(
    private readonly parts: {
      readonly database: Database;
      readonly store: PeopleStore;
      readonly codec: EventCodec<PersonEvent>;
      readonly subjectKeys: SubjectKeys;
      readonly lookupKey: Uint8Array;
      readonly clock: Clock;
    },
  ) {}

  async load(id: PersonId): Promise<LoadedPerson | undefined> {
    return loaded(id, await this.#read(id));
  }

  /** Changes rows beside the log, which stays as it is. */
  inTransaction<Answer>(work: (tx: Transaction) => Promise<Answer>): Promise<Answer> {
    return this.parts.database.transaction(work);
  }

  /** Every event of a person, opened. */
  history(id: PersonId): Promise<History> {
    return this.#read(id);
  }

  /**
   * Decides and appends, and changes the rows that go with it, in one transaction; again where others were faster.
   * @param command one, or several that are carried out as one, in order.
   * @param rows changes besides those that follow from the events by themselves.
   * @param first what must be taken before anything changes; it throws where that cannot be.
   */
  async carryOut(
    id: PersonId,
    context: CommandContext,
    command: (facts: FactsOfOthers) => PersonCommand | readonly PersonCommand[],
    rows: RowChange = () => Promise.resolve(),
    first: (tx: Transaction) => Promise<void> = () => Promise.resolve(),
  ): Promise<Result<HandledPerson, Rejection>> {
    const former = context.repeatable === true ? await this.#formerRun(id, context) : undefined;
    if (former !== undefined) return ok(former);
    for (let runs = 1; ; runs += 1)
      try {
        return await this.#run(id, context, command, rows, first);
      } catch (error) {
        const again = error instanceof WrongExpectedRevisionError || error instanceof FactsChangedError;
        if (!again || runs === MOST_RUNS) throw error;
      }
  }

  async #run(
    id: PersonId,
    context: CommandContext,
    command: (facts: FactsOfOthers) => PersonCommand | readonly PersonCommand[],
    rows: RowChange,
    first: (tx: Transaction) => Promise<void>,
  ): Promise<Result<HandledPerson, Rejection>> {
    const { codec, store, database } = this.parts;
    const history = await this.#read(id);
    const before = fold(personDecider, history);
    const revision = history.at(-1)?.revision;
    if (context.ifMatch !== undefined && revision !== undefined && context.ifMatch !== revision)
      return conflict('revision-mismatch', `It is at revision ${revision}, not at ${context.ifMatch}.`);
    const scope = scopeOf(before);
    const facts = await this.#factsOf(database, id, scope);
    const now = this.parts.clock.now();
    const decided = decideAll([command(facts)].flat(), before, now);
    if (!decided.ok) return decided;
    const stream = streamOfPerson(id);
    const events = decided.value.map((event, index) => newEvent(event, context, index, now));
    const state = knownAfter(before, decided.value, now);
    const handled = (at: number): HandledPerson => ({
      id,
      state,
      revision: at,
      events: decided.value,
      repeated: false,
    });
    // Sealing asks the database, which a transaction would wait for.
    const sealed = await this.#seal(id, state);
    const encoded = events.length === 0 ? [] : await codec.encode(stream, events);
    return database.transaction(async (tx) => {
      // People change rarely: one change at a time makes what is known of the others hold until the commit.
      await tx.execute('LOCK TABLE people IN SHARE ROW EXCLUSIVE MODE');
      const still = await this.#factsOf(tx, id, scope);
      if (JSON.stringify(still) !== JSON.stringify(facts))
        throw new FactsChangedError('people changed meanwhile');
      await first(tx);
      const next = (revision ?? -1) + encoded.length;
      if (encoded.length > 0) {
        await writePerson(tx, id, state, next, sealed);
        await endRowsOf(tx, id, decided.value);
      }
      await rows(tx, handled(next));
      if (encoded.length > 0)
        await store.appendWithin(tx, { stream, expected: revision ?? 'no-stream', events: encoded });
      return ok(handled(next));
    });
  }

  async #read(id: PersonId): Promise<History> {
    return this.parts.codec.decode(await this.parts.store.readStream(streamOfPerson(id)));
  }

  async #formerRun(id: PersonId, { commandId }: CommandContext): Promise<HandledPerson | undefined> {
    let its = id;
    let history = await this.#read(id);
    if (history.length === 0) {
      const first = await this.parts.store.findEvent(eventIdOf(commandId, 0));
      if (first === undefined) return undefined;
      its = idOfStream('per', first.stream);
      history = await this.#read(its);
    }
    const last = history.findLastIndex((event) => madeBy(event, commandId));
    const person = last < 0 ? undefined : loaded(its, history.slice(0, last + 1));
    return person && { ...person, events: [], repeated: true };
  }

  async #factsOf(
    sql: Database | Transaction,
    id: PersonId,
    contract: ContractId | null,
  ): Promise<FactsOfOthers> {
    const [managers] = await sql.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM people
       WHERE status = 'active' AND id <> $1 AND contract IS NOT DISTINCT FROM $2
         AND ('operator' = ANY (roles) OR 'administer' = ANY (rights))`,
      [id, contract],
    );
    const keys = await sql.query<{ id: string }>(
      'SELECT id FROM keys WHERE created_by = $1 AND revoked_at IS NULL ORDER BY id',
      [id],
    );
    return { otherManagers: managers!.count, keys: keys.map((key) => key.id) };
  }

  async #seal(id: PersonId, { name, email }: KnownPerson): Promise<SealedDetails> {
    const [sealedName, sealedEmail] = await this.parts.subjectKeys.seal(id, [name, email]);
    return {
      name: sealedName!,
      email: sealedEmail!,
      emailDigest: emailDigest(this.parts.lookupKey, email),
    };
  }
}

/** Decides one command upon what those before it led to. */
function decideAll(
  commands: readonly PersonCommand[],
  before: PersonState,
  now: Instant,
): Result<readonly PersonEvent[], Rejection> {
  const events: PersonEvent[] = [];
  let state = before;
  for (const command of commands) {
    const decided = personDecider.decide(command, state);
    if (!decided.ok) return decided;
    events.push(...decided.value);
    state = stateAfter(state, decided.value, now);
  }
  return ok(events);
}

const scopeOf = (state: PersonState): ContractId | null =>
  state.stage !== 'unknown' && 'contract' in state.standing ? state.standing.contract : null;

function loaded(id: PersonId, history: History): LoadedPerson | undefined {
  const state = fold(personDecider, history);
  const last = history.at(-1);
  return last === undefined || state.stage === 'unknown' ? undefined : { id, state, revision: last.revision };
}

/** @throws Error where the events leave no person: the first event of each stream makes one. */
function knownAfter(before: PersonState, events: readonly PersonEvent[], now: Instant): KnownPerson {
  const state = stateAfter(before, events, now);
  if (state.stage === 'unknown') throw new Error('a decision about nobody');
  return state;
}

function stateAfter(before: PersonState, events: readonly PersonEvent[], now: Instant): PersonState {
  const facts = events.map((event) => ({ ...event, occurredAt: event.occurredAt ?? now, recordedAt: now }));
  return fold(personDecider, facts, before);
}

const newEvent = (event: PersonEvent, context: CommandContext, index: number, now: Instant): NewEvent => ({
  id: eventIdOf(context.commandId, index),
  type: event.type,
  version: event.version,
  data: event.data,
  metadata: metadataOf(context, undefined),
  occurredAt: event.occurredAt ?? now,
});
