import { randomUUID } from 'node:crypto';
import { credentials, Metadata } from '@grpc/grpc-js';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { streamIdentifier, uuidOf } from './answers.ts';
import { shared, streams, type streamsTypes } from './generated-messages.ts';
import type { ExpectedVersion } from './transaction-log.ts';

/** An event as a caller may send it, sound or not; `null` leaves the property out. */
export interface RawEvent {
  readonly id?: string;
  readonly type?: string | null;
  readonly contentType?: string | null;
  readonly data?: Uint8Array;
  readonly metadata?: Uint8Array;
}

/** The plain `Append` call, without anything that a client does around it. */
export class RawAppender {
  readonly #client: StreamsClient;

  /** @param address `127.0.0.1:2113` */
  constructor(address: string) {
    this.#client = new StreamsClient(address, credentials.createInsecure());
  }

  /** @returns what the answer says: of a success `ok` and whether it has a position, of a wrong version what was there and expected. */
  async append(
    stream: string,
    expected: ExpectedVersion,
    events: readonly RawEvent[],
    headers: Readonly<Record<string, string>> = {},
  ): Promise<object> {
    const answer = await new Promise<streamsTypes.AppendResp>((resolve, reject) => {
      const metadata = new Metadata();
      for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
      const call = this.#client.append(metadata, { deadline: Date.now() + 15_000 }, (error, response) =>
        error === null ? resolve(response) : reject(error),
      );
      call.on('error', reject);
      call.write(headerOf(stream, expected));
      for (const event of events) call.write(messageOf(event));
      call.end();
    });
    return told(answer);
  }

  close(): void {
    this.#client.close();
  }
}

function headerOf(stream: string, expected: ExpectedVersion): streamsTypes.AppendReq {
  const options = new streams.AppendReq.Options();
  options.setStreamIdentifier(streamIdentifier(stream));
  if (expected === 'any') options.setAny(new shared.Empty());
  else if (expected === 'no-stream') options.setNoStream(new shared.Empty());
  else if (expected === 'stream-exists') options.setStreamExists(new shared.Empty());
  else options.setRevision(String(expected));
  const header = new streams.AppendReq();
  header.setOptions(options);
  return header;
}

function messageOf(event: RawEvent): streamsTypes.AppendReq {
  const { id = randomUUID(), type = 't', contentType = 'application/json' } = event;
  const proposed = new streams.AppendReq.ProposedMessage();
  proposed.setId(uuidOf(id));
  if (type !== null) proposed.getMetadataMap().set('type', type);
  if (contentType !== null) proposed.getMetadataMap().set('content-type', contentType);
  proposed.setData(event.data ?? Buffer.from('{}'));
  proposed.setCustomMetadata(event.metadata ?? Buffer.from('{}'));
  const message = new streams.AppendReq();
  message.setProposedMessage(proposed);
  return message;
}

function told(answer: streamsTypes.AppendResp): object {
  const success = answer.getSuccess();
  if (success !== undefined)
    return {
      ok: success.hasCurrentRevision() ? success.getCurrentRevision() : 'nostream',
      pos: success.hasPosition(),
    };
  const wrong = answer.getWrongExpectedVersion()!;
  const current = wrong.hasCurrentRevision()
    ? wrong.getCurrentRevision()
    : wrong.hasCurrentNoStream()
      ? 'nostream'
      : 'none';
  return { wrong: true, cur: current, exp: expectedOf(wrong) };
}

function expectedOf(wrong: streamsTypes.AppendResp.WrongExpectedVersion): string {
  if (wrong.hasExpectedRevision()) return wrong.getExpectedRevision();
  if (wrong.hasExpectedNoStream()) return 'nostream';
  if (wrong.hasExpectedAny()) return 'any';
  return wrong.hasExpectedStreamExists() ? 'exists' : 'none';
}
