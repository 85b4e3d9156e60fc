import {
  EventStoreDBClient,
  type AllStreamSubscription,
  type BaseOptions,
  type Position,
  streamNameFilter,
} from '@eventstore/db-client';
import { Metadata as GrpcMetadata, status, type ServiceError } from '@grpc/grpc-js';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { convertToCommandError } from '@eventstore/db-client/dist/utils/CommandError.js';
import { ended, withinMillis } from '@smartkey/lifecycle';
import { EventStoreUnavailableError } from '../event-store.port.ts';
import type { streamsTypes } from './generated-messages.ts';

/** Rounds of calls without an answer, after which another node is looked for. */
const MOST_SILENCES = 2;

type Metadata = Parameters<StreamsClient['read']>[1];
type CallOptions = Parameters<StreamsClient['read']>[2];
type ReadCall = ReturnType<StreamsClient['read']>;

/**
 * What the client keeps for its own commands, and what ours are made of: its channel with discovery, redirection to the leader,
 * and credentials. Its own commands do not do. `appendToStream` goes by BatchAppend: its pending appends are one map of the
 * module, so a failure of one connection fails the appends of all, and a server that is silent is waited for without end.
 * `readAll` has no filter, and reads have no deadline. The version is pinned.
 */
interface ClientParts {
  handleError(client: unknown, error: Error): Promise<void>;
  getChannel(): Promise<{ close(): void }>;
  execute<T>(
    service: typeof StreamsClient,
    name: string,
    action: (grpc: StreamsClient) => Promise<T>,
  ): Promise<T>;
  GRPCStreamCreator(
    service: typeof StreamsClient,
    name: string,
    creator: (grpc: StreamsClient) => ReadCall,
  ): () => Promise<ReadCall>;
  callArguments(
    options: BaseOptions,
    callOptions: { readonly deadline: Date },
  ): [Exclude<Metadata, undefined>, Exclude<CallOptions, undefined>];
}

/** @throws Error where this is another version of the client. */
function partsOf(client: object): ClientParts {
  if (!isClientParts(client))
    throw new Error('the client of EventStoreDB is not made as its pinned version is');
  return client;
}

const isClientParts = (client: object): client is ClientParts =>
  ['handleError', 'getChannel', 'execute', 'GRPCStreamCreator', 'callArguments'].every(
    (part) => typeof Reflect.get(client, part) === 'function',
  );

/** A connection to an EventStoreDB: one a process, shared by the logs in it. Errors are the client's command errors. */
export class EventStoreDbConnection {
  readonly #client: EventStoreDBClient;
  readonly #parts: ClientParts;
  #used = false;

  /** Rounds of calls in a row that nobody has answered, and when the last of them ended. */
  #silences = 0;
  #silentAt = Number.NEGATIVE_INFINITY;

  /** @param connectionString `esdb://…` or `esdb+discover://…`; errors must not repeat it, for it may hold a password. */
  constructor(connectionString: string) {
    this.#client = EventStoreDBClient.connectionString(withGossipTimeout(connectionString));
    this.#parts = partsOf(this.#client);
    // Nobody awaits it: where the nodes cannot be found again meanwhile, its failure would end the process.
    const { handleError } = this.#parts;
    this.#parts.handleError = (client, error) => ended(handleError(client, error));
  }

  /**
   * One append, by the plain `Append` call.
   * @param begin called in the very moment before the call; what it throws keeps the call from being made.
   */
  append(
    messages: readonly streamsTypes.AppendReq[],
    options: { readonly deadlineMillis: number; readonly begin: () => void },
  ): Promise<streamsTypes.AppendResp> {
    return this.#parts
      .execute(
        StreamsClient,
        'append',
        (grpc) =>
          new Promise<streamsTypes.AppendResp>((resolve, reject) => {
            options.begin();
            const ended = this.#listening(grpc);
            const call = grpc.append(...this.#arguments(options.deadlineMillis), (error, answer) => {
              ended(error?.code === status.DEADLINE_EXCEEDED ? 'silence' : 'answer');
              if (error === null) resolve(answer);
              else reject(error);
            });
            call.on('error', reject);
            // All of it is in memory anyway: there is nobody to hold back.
            for (const message of messages) call.write(message);
            call.end();
          }),
      )
      .catch((error: unknown) => {
        throw known(error);
      });
  }

  /**
   * All answers of a finite read.
   * @param silenceMillis so long may the first one take.
   */
  async read(
    request: streamsTypes.ReadReq,
    deadlineMillis: number,
    silenceMillis = deadlineMillis,
  ): Promise<readonly streamsTypes.ReadResp[]> {
    const late = (millis: number) =>
      new EventStoreUnavailableError(`the event store did not answer within ${millis} ms`);
    return within(
      deadlineMillis,
      () => late(deadlineMillis),
      async () => {
        let ended: ((how: 'silence' | 'answer') => void) | undefined;
        const open = this.#parts.GRPCStreamCreator(StreamsClient, 'read', (grpc) => {
          ended = this.#listening(grpc);
          return grpc.read(request, ...this.#arguments(deadlineMillis));
        });
        let silence: NodeJS.Timeout | undefined;
        let silent = false;
        try {
          const call = await open();
          silence = setTimeout(() => {
            silent = true;
            call.cancel();
          }, silenceMillis);
          const answers: streamsTypes.ReadResp[] = [];
          for await (const answer of call as AsyncIterable<streamsTypes.ReadResp>) {
            clearTimeout(silence);
            answers.push(answer);
          }
          ended?.('answer');
          return answers;
        } catch (error) {
          const unanswered = silent || (error as Partial<ServiceError>).code === status.DEADLINE_EXCEEDED;
          ended?.(unanswered ? 'silence' : 'answer');
          throw silent ? late(silenceMillis) : known(error);
        } finally {
          clearTimeout(silence);
        }
      },
    );
  }

  /** What is written to streams of that prefix behind a position (that one not included). It never reconnects by itself. */
  subscribe(options: {
    readonly prefix: string;
    readonly from: Position | 'start';
    /** Only to be remembered: the client stalls where this throws. */
    readonly checkpointReached: (position: Position) => void;
  }): AllStreamSubscription {
    return this.#client.subscribeToAll({
      fromPosition: options.from,
      filter: streamNameFilter({
        prefixes: [options.prefix],
        checkpointReached: (_subscription, position) => options.checkpointReached(position),
      }),
      requiresLeader: true,
    });
  }

  async close(): Promise<void> {
    await this.#client.dispose();
    // The client has no way of its own to end the connection, and where there is none it would make one for it.
    if (!this.#used) return;
    this.#used = false;
    const [found] = await Promise.allSettled([this.#parts.getChannel()]);
    // Where none comes about there is none to close.
    if (found.status === 'fulfilled') found.value.close();
  }

  /**
   * For one call, from its beginning. A node that is frozen breaks no connection, and the client waits some 20 s before it gives one up:
   * so where two rounds of calls have ended in silence, and nothing was answered meanwhile, the leader is looked for again.
   */
  #listening(grpc: StreamsClient): (how: 'silence' | 'answer') => void {
    const begun = performance.now();
    return (how) => {
      if (how === 'answer') {
        this.#silences = 0;
        return;
      }
      // Those that were under way together are one round.
      if (begun < this.#silentAt) return;
      this.#silences += 1;
      this.#silentAt = performance.now();
      if (this.#silences < MOST_SILENCES) return;
      this.#silences = 0;
      const lost = {
        code: status.UNAVAILABLE,
        details: 'nothing is heard of the node',
        metadata: new GrpcMetadata(),
      };
      void this.#parts.handleError(grpc, Object.assign(new Error(lost.details), lost));
    };
  }

  #arguments(deadlineMillis: number) {
    this.#used = true;
    // The leader: another node may not have yet what was appended just now.
    return this.#parts.callArguments(
      { requiresLeader: true },
      { deadline: new Date(Date.now() + deadlineMillis) },
    );
  }
}

/**
 * A frozen node that is asked for the cluster is given up after 1 s (the client's own: 5 s), where the string says nothing of it:
 * the client may well ask first the one that it has just lost.
 */
const withGossipTimeout = (connectionString: string): string =>
  /[?&]gossip[_-]?timeout=/i.test(connectionString)
    ? connectionString
    : `${connectionString}${connectionString.includes('?') ? '&' : '?'}gossipTimeout=1`;

/** What the client says in words only, among errors of all kinds. */
const known = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  return error.message.startsWith('Failed to discover')
    ? new EventStoreUnavailableError('no node of the event store can be found', { cause: error })
    : convertToCommandError(error);
};

/** The deadline of a call begins when there is a connection: to find the leader may take as long again. */
const within = <T>(millis: number, late: () => Error, work: () => Promise<T>): Promise<T> =>
  withinMillis(work(), 2 * millis, late);
