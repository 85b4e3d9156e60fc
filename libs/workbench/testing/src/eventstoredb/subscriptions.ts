import type { ServerWritableStream } from '@grpc/grpc-js';
import { caughtUp, checkpoint, confirmation, eventAnswer, unavailable } from './answers.ts';
import type { streamsTypes } from './generated-messages.ts';
import type { ReadRequest } from './read-request.ts';
import type { LogRecord, TransactionLog } from './transaction-log.ts';

type Call = ServerWritableStream<streamsTypes.ReadReq, streamsTypes.ReadResp>;

/** The catch-up subscriptions of the fake server. From where it is told: that one not included. */
export class Subscriptions {
  readonly #live = new Map<Call, () => void>();

  constructor(private readonly log: TransactionLog) {}

  get size(): number {
    return this.#live.size;
  }

  add(id: string, request: ReadRequest, call: Call): void {
    const { stream, from, fromEnd, matches, checkpointEvery } = request;
    let considered = 0;
    const tell = (record: LogRecord): void => {
      if (stream !== undefined && record.stream !== stream) return;
      if (matches(record)) call.write(eventAnswer(record));
      considered += 1;
      if (checkpointEvery !== undefined && considered % checkpointEvery === 0)
        call.write(checkpoint(record.position));
    };
    call.write(confirmation(id));
    const records = stream === undefined ? this.log.all : this.log.stream(stream);
    const placeOf = (record: LogRecord) => (stream === undefined ? record.position : BigInt(record.revision));
    if (!fromEnd)
      for (const record of records) if (from === undefined || placeOf(record) > from) tell(record);
    const last = records.at(-1);
    if (checkpointEvery !== undefined && last !== undefined) call.write(checkpoint(last.position));
    call.write(caughtUp());
    const unfollow = this.log.follow(tell);
    this.#live.set(call, unfollow);
    call.on('cancelled', () => this.#remove(call));
  }

  drop(how: 'error' | 'end'): void {
    for (const call of [...this.#live.keys()]) {
      this.#remove(call);
      if (how === 'end') call.end();
      else call.emit('error', unavailable('the subscription was dropped'));
    }
  }

  #remove(call: Call): void {
    this.#live.get(call)?.();
    this.#live.delete(call);
  }
}
