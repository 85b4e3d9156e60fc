import type { ServerReadableStream } from '@grpc/grpc-js';
import { propertyMissing, thrownInside } from './answers.ts';
import { streams, type sharedTypes, type streamsTypes } from './generated-messages.ts';
import type { ExpectedVersion, ProposedRecord } from './transaction-log.ts';

/** One append, put together from the messages that bring it. */
export interface ProposedAppend {
  readonly stream: string;
  readonly expected: ExpectedVersion;
  readonly events: readonly ProposedRecord[];
  /** Data and metadata of all events. */
  readonly bytes: number;
}

/** @throws ServiceError for what the server does not take; Error where the call breaks off. */
export async function proposedAppend(
  call: ServerReadableStream<streamsTypes.AppendReq, streamsTypes.AppendResp>,
): Promise<ProposedAppend> {
  let options: streamsTypes.AppendReq.Options | undefined;
  const events: ProposedRecord[] = [];
  for await (const message of call as AsyncIterable<streamsTypes.AppendReq>) {
    options ??= message.getOptions();
    const proposed = message.getProposedMessage();
    if (proposed !== undefined) events.push(recordOf(proposed));
  }
  if (options === undefined) throw new Error('an append without options');
  const stream = streamNameOf(options.getStreamIdentifier()!);
  if (stream === '') throw thrownInside();
  return {
    stream,
    expected: expectedOf(options),
    events,
    bytes: bytesOf(events),
  };
}

export const streamNameOf = (identifier: sharedTypes.StreamIdentifier): string =>
  Buffer.from(identifier.getStreamName_asU8()).toString('utf8');

/** As the server counts an append against its limit: the names of types in UTF-16. */
export const bytesOf = (events: readonly ProposedRecord[]): number =>
  events.reduce(
    (sum, { type, data, customMetadata }) => sum + 2 * type.length + data.length + customMetadata.length,
    0,
  );

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws ServiceError for an id that is none, and for what must be there and is not. */
export function recordOf(
  proposed: streamsTypes.AppendReq.ProposedMessage | streamsTypes.BatchAppendReq.ProposedMessage,
): ProposedRecord {
  const id = proposed.getId()!.getString();
  if (!UUID.test(id)) throw thrownInside();
  const metadata = proposed.getMetadataMap();
  const [type, contentType] = [metadata.get('type'), metadata.get('content-type')];
  if (type === undefined) throw propertyMissing('type');
  if (contentType === undefined) throw propertyMissing('content-type');
  return {
    id,
    type,
    contentType,
    data: proposed.getData_asU8(),
    customMetadata: proposed.getCustomMetadata_asU8(),
  };
}

function expectedOf(options: streamsTypes.AppendReq.Options): ExpectedVersion {
  const { ExpectedStreamRevisionCase: kinds } = streams.AppendReq.Options;
  switch (options.getExpectedStreamRevisionCase()) {
    case kinds.REVISION:
      return Number(options.getRevision());
    case kinds.NO_STREAM:
      return 'no-stream';
    case kinds.STREAM_EXISTS:
      return 'stream-exists';
    case kinds.ANY:
    case kinds.EXPECTED_STREAM_REVISION_NOT_SET:
      return 'any';
  }
}
