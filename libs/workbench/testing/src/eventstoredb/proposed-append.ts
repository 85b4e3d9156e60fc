import type { ServerReadableStream } from '@grpc/grpc-js';
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

/** @throws Error where the call breaks off. */
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
  return {
    stream: streamNameOf(options.getStreamIdentifier()!),
    expected: expectedOf(options),
    events,
    bytes: events.reduce((sum, { data, customMetadata }) => sum + data.length + customMetadata.length, 0),
  };
}

export const streamNameOf = (identifier: sharedTypes.StreamIdentifier): string =>
  Buffer.from(identifier.getStreamName_asU8()).toString('utf8');

export const recordOf = (
  proposed: streamsTypes.AppendReq.ProposedMessage | streamsTypes.BatchAppendReq.ProposedMessage,
): ProposedRecord => ({
  id: proposed.getId()!.getString(),
  type: proposed.getMetadataMap().get('type') ?? '',
  contentType: proposed.getMetadataMap().get('content-type') ?? 'application/octet-stream',
  data: proposed.getData_asU8(),
  customMetadata: proposed.getCustomMetadata_asU8(),
});

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
