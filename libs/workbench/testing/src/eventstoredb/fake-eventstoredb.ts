import { randomUUID } from 'node:crypto';
import {
  Server,
  status as grpcStatus,
  type Metadata,
  type sendUnaryData,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceError,
} from '@grpc/grpc-js';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { closedTo, credentialsOf, type Secured } from './access.ts';
import {
  appendAnswer,
  deleteAnswer,
  eventAnswer,
  failure,
  notLeader,
  streamDeleted,
  streamNotFound,
  tombstoneAnswer,
  unavailable,
} from './answers.ts';
import { AppendFaults, type Disturbance } from './append-faults.ts';
import { batchAppend } from './batch-append.ts';
import { clusterInfo, supportedMethods } from './cluster-answers.ts';
import { committed, type CommitLimits } from './committed.ts';
import type { streamsTypes } from './generated-messages.ts';
import { proposedAppend, streamNameOf, type ProposedAppend } from './proposed-append.ts';
import { readRequestOf, recordsOf } from './read-request.ts';
import { Subscriptions } from './subscriptions.ts';
import { TransactionLog, type LogCopy, type Written } from './transaction-log.ts';

type ReadCall = ServerWritableStream<streamsTypes.ReadReq, streamsTypes.ReadResp>;
type BatchCall = ServerDuplexStream<streamsTypes.BatchAppendReq, streamsTypes.BatchAppendResp>;
type AppendCall = ServerReadableStream<streamsTypes.AppendReq, streamsTypes.AppendResp>;

type DeleteCall = ServerUnaryCall<streamsTypes.DeleteReq, streamsTypes.DeleteResp>;
type TombstoneCall = ServerUnaryCall<streamsTypes.TombstoneReq, streamsTypes.TombstoneResp>;

/** `MaxAppendSize` of a server that nobody has set it for. */
const DEFAULT_APPEND_BYTES = 1024 * 1024;
/** The most that it can be set to: with more a real server does not start. */
const MOST_APPEND_BYTES = 16 * 1024 * 1024 - 10_000;

export interface FakeEventStoreDbOptions {
  /** 0 (default) for any free port. */
  readonly port?: number;
  /** `MaxAppendSize`: of all events of one append (default 1 MiB, as the server's own; at most 16,767,216). */
  readonly maxAppendBytes?: number;
  /** From the placing of an append until it is committed and seen (default 1 ms). */
  readonly commitMillis?: number;
  /** So long waits an append whose events another one has placed and not committed yet; then it fails (default 2 s). */
  readonly commitTimeoutMillis?: number;
  /** TLS, and access for one user: with no password, or another one, nobody is let in. */
  readonly secured?: Secured;
  /** Another node of the same cluster, with the same log. It follows until it is made the leader. */
  readonly beside?: FakeEventStoreDb;
}

/** The nodes that share a log. */
interface Cluster {
  readonly log: TransactionLog;
  readonly nodes: FakeEventStoreDb[];
  leader: FakeEventStoreDb | undefined;
}

/**
 * An EventStoreDB in memory, one node or several on one log, that speaks the real protocol, so that the real client is what a test runs: append,
 * batch append, read, delete, catch-up subscriptions with filters, discovery. It answers as a server of the line 23.10 does
 * (`real-answers.int.spec.ts`). Faults are of the plain append. It has no persistent subscriptions, projections, links or stream metadata;
 * and it knows no disk, so nothing of it outlives the process.
 */
export class FakeEventStoreDb {
  readonly log: TransactionLog;
  readonly #cluster: Cluster;
  readonly #server = new Server({ 'grpc.max_receive_message_length': 2 * MOST_APPEND_BYTES });
  readonly #subscriptions: Subscriptions;
  readonly #calls = new Map<string, number>();
  readonly #faults = new AppendFaults();
  /** Set while the server is silent: whoever calls waits for it. */
  #silence: { readonly over: Promise<void>; readonly end: () => void } | undefined;
  #port = 0;

  private constructor(
    private readonly limits: CommitLimits,
    private readonly secured: Secured | undefined,
    beside: FakeEventStoreDb | undefined,
  ) {
    this.#cluster =
      beside === undefined ? { log: new TransactionLog(), nodes: [], leader: this } : beside.#cluster;
    this.#cluster.nodes.push(this);
    this.log = this.#cluster.log;
    this.#subscriptions = new Subscriptions(this.log);
  }

  static async start(options: FakeEventStoreDbOptions = {}): Promise<FakeEventStoreDb> {
    const {
      port = 0,
      maxAppendBytes = DEFAULT_APPEND_BYTES,
      commitMillis = 1,
      commitTimeoutMillis = 2_000,
    } = options;
    if (maxAppendBytes > MOST_APPEND_BYTES)
      throw new RangeError(`MaxAppendSize exceeded ${MOST_APPEND_BYTES} bytes.`);
    const fake = new FakeEventStoreDb(
      { maxAppendBytes, commitMillis, commitTimeoutMillis },
      options.secured,
      options.beside,
    );
    await fake.#listen(port);
    return fake;
  }

  get port(): number {
    return this.#port;
  }

  /** `esdb://127.0.0.1:40001?tls=false` */
  get connectionString(): string {
    return `esdb://127.0.0.1:${this.#port}?tls=false`;
  }

  /** What the nodes of its cluster are reached by: `esdb://127.0.0.1:40001,127.0.0.1:40002?tls=false` */
  get clusterConnectionString(): string {
    const hosts = this.#cluster.nodes.map(({ port }) => `127.0.0.1:${port}`);
    return `esdb://${hosts.join(',')}?tls=false`;
  }

  /** From now on it leads the cluster, whatever the others do. */
  lead(): void {
    this.#cluster.leader = this;
  }

  /** How often a method was called: `append`, `read`, `batchAppend`, `gossip`, `features`. */
  calls(method: string): number {
    return this.#calls.get(method) ?? 0;
  }

  /** The next append is refused with UNAVAILABLE and not stored. */
  failNextAppend(): void {
    this.#faults.next('refused');
  }

  /**
   * The next append is stored, but its answer never arrives: the connection breaks (`broken`), or nothing is heard any more
   * (`silent`).
   */
  loseNextAppendAnswer(how: 'broken' | 'silent' = 'broken'): void {
    this.#faults.next(how);
  }

  /** The next append is carried out only when told, even if its caller has long gone. @returns how to let it go on. */
  holdNextAppend(): { readonly arrived: Promise<void>; release(): void } {
    return this.#faults.holdNext();
  }

  /** From now on each append is disturbed as this says of it: refused, or stored with its answer lost. */
  disturbAppends(pick: () => Disturbance): void {
    this.#faults.disturb(pick);
  }

  /** The log as it stands: what a snapshot of the volume holds. For `putBack`, on this server or another. */
  copy(): LogCopy {
    return this.log.copy();
  }

  /**
   * The server is started again on such a copy, older or younger than what it holds, as a restore does it: subscriptions end, appends under way
   * fail, and behind the copy's end the same positions are given again, to other events. All nodes of its cluster with it.
   */
  putBack(copy: LogCopy): void {
    this.log.putBack(copy);
    for (const node of this.#cluster.nodes) node.#subscriptions.drop('error');
  }

  /** Ends all subscriptions: with an error, or orderly, which the client takes for the end of the events. */
  dropSubscriptions(how: 'error' | 'end' = 'error'): void {
    this.#subscriptions.drop(how);
  }

  get subscribers(): number {
    return this.#subscriptions.size;
  }

  /** Takes calls and answers nothing, until `speakAgain`; appends that waited so long are not stored. */
  fallSilent(): void {
    let end!: () => void;
    const over = new Promise<void>((resolve) => (end = resolve));
    this.#silence ??= { over, end };
  }

  get isSilent(): boolean {
    return this.#silence !== undefined;
  }

  speakAgain(): void {
    this.#silence?.end();
    this.#silence = undefined;
  }

  async stop(): Promise<void> {
    this.speakAgain();
    this.#subscriptions.drop('end');
    this.#cluster.nodes.splice(this.#cluster.nodes.indexOf(this), 1);
    if (this.#cluster.leader === this) this.#cluster.leader = undefined;
    this.#server.forceShutdown();
    await new Promise((resolve) => setImmediate(resolve));
  }

  async #listen(port: number): Promise<void> {
    this.#server.addService(StreamsService, {
      read: (call: ReadCall) => void this.#read(call),
      append: (call: AppendCall, answer: sendUnaryData<streamsTypes.AppendResp>) =>
        void this.#append(call, answer),
      delete: (call: DeleteCall, answer: sendUnaryData<streamsTypes.DeleteResp>) =>
        this.#remove(call, answer, (stream) => deleteAnswer(this.log.delete(stream))),
      tombstone: (call: TombstoneCall, answer: sendUnaryData<streamsTypes.TombstoneResp>) =>
        this.#remove(call, answer, (stream) => tombstoneAnswer(this.log.tombstone(stream))),
      batchAppend: (call: BatchCall) => {
        this.#count('batchAppend');
        batchAppend(call, (append) => this.#store(append));
      },
    });
    this.#server.addService(ServerFeaturesService, {
      getSupportedMethods: (_call: unknown, answer: sendUnaryData<unknown>) => {
        this.#count('features');
        answer(null, supportedMethods());
      },
    });
    this.#server.addService(GossipService, {
      read: (_call: ServerUnaryCall<unknown, unknown>, answer: sendUnaryData<unknown>) => {
        this.#count('gossip');
        void Promise.resolve(this.#silence?.over).then(() => answer(null, clusterInfo(this.#cluster)));
      },
    });
    this.#port = await new Promise<number>((resolve, reject) =>
      this.#server.bindAsync(`127.0.0.1:${port}`, credentialsOf(this.secured), (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      ),
    );
    if (this.#cluster.leader === this) this.log.writeStatistics();
  }

  async #read(call: ReadCall): Promise<void> {
    this.#count('read');
    await this.#silence?.over;
    if (call.cancelled) return;
    const request = readRequestOf(call.request.getOptions()!);
    const { stream, count } = request;
    const closed = closedTo(this.secured, call.metadata, stream) ?? this.#leaderElsewhere(call.metadata);
    if (closed !== undefined) return void call.emit('error', closed);
    if (count === undefined) {
      this.#subscriptions.add(randomUUID(), request, call);
      return;
    }
    if (stream !== undefined) {
      if (count === 0 || (request.forwards && request.fromEnd))
        return void call.emit('error', failure(grpcStatus.UNKNOWN, 'Unexpected ReadStreamResult: Error'));
      if (this.log.isTombstoned(stream)) return void call.emit('error', streamDeleted(stream));
      if (this.log.stream(stream).length === 0) call.write(streamNotFound(stream));
    }
    // All of it is in memory anyway: there is nobody to hold back.
    for (const record of recordsOf(request, this.log)) call.write(eventAnswer(record));
    call.end();
  }

  async #append(call: AppendCall, answer: sendUnaryData<streamsTypes.AppendResp>): Promise<void> {
    this.#count('append');
    let append: ProposedAppend;
    try {
      append = await proposedAppend(call);
    } catch (error) {
      // Else the caller has gone in the middle of it.
      if (call.cancelled) return;
      if ((error as Partial<ServiceError>).metadata === undefined) throw error;
      return answer(error as ServiceError);
    }
    await this.#silence?.over;
    if (call.cancelled) return;
    const closed =
      closedTo(this.secured, call.metadata, append.stream) ?? this.#leaderElsewhere(call.metadata);
    if (closed !== undefined) return answer(closed);
    this.#faults.meet({
      store: () => this.#store(append),
      answer,
      carryOut: () => this.#answer(append, answer),
    });
  }

  #store(append: ProposedAppend): Promise<Written> {
    return committed(this.log, this.limits, append);
  }

  #answer(append: ProposedAppend, answer: sendUnaryData<streamsTypes.AppendResp>): void {
    this.#store(append)
      .then((written) => appendAnswer(append.stream, written))
      .then(
        (response) => answer(null, response),
        (error: ServiceError) => answer(error),
      );
  }

  /** @param remove answers where the server notes it. */
  #remove<Answer>(
    call: DeleteCall | TombstoneCall,
    answer: sendUnaryData<Answer>,
    remove: (stream: string) => Answer,
  ): void {
    const stream = streamNameOf(call.request.getOptions()!.getStreamIdentifier()!);
    if (this.log.isTombstoned(stream)) return answer(streamDeleted(stream));
    answer(null, remove(stream));
  }

  #count(method: string): void {
    this.#calls.set(method, this.calls(method) + 1);
  }

  /** Only a call that asks for the leader is sent to it. */
  #leaderElsewhere(metadata: Metadata): ServiceError | undefined {
    const { leader } = this.#cluster;
    if (leader === this || metadata.get('requires-leader')[0] !== 'true') return undefined;
    return leader === undefined
      ? unavailable('Server Is Not Ready')
      : notLeader({ host: '127.0.0.1', port: leader.port });
  }
}
