import type { ServerDuplexStream, ServiceError } from '@grpc/grpc-js';
import anyMessages from 'google-protobuf/google/protobuf/any_pb.js';
import emptyMessages from 'google-protobuf/google/protobuf/empty_pb.js';
import { placed, streamDeleted, streamIdentifier, uuidOf } from './answers.ts';
import { shared, status, streams, type streamsTypes } from './generated-messages.ts';
import { bytesOf, recordOf, streamNameOf, type ProposedAppend } from './proposed-append.ts';
import type { ExpectedVersion, ProposedRecord, Written } from './transaction-log.ts';

type Call = ServerDuplexStream<streamsTypes.BatchAppendReq, streamsTypes.BatchAppendResp>;

interface Collected {
  readonly options: streamsTypes.BatchAppendReq.Options;
  readonly events: ProposedRecord[];
}

/** Appends over one call, told apart by their correlation ids: what the client does by default. */
export function batchAppend(call: Call, store: (append: ProposedAppend) => Promise<Written>): void {
  const open = new Map<string, Collected>();
  call.on('data', (message: streamsTypes.BatchAppendReq) => {
    const id = message.getCorrelationId()!.getString();
    const collected = open.get(id) ?? { options: message.getOptions()!, events: [] };
    open.set(id, collected);
    try {
      collected.events.push(...message.getProposedMessagesList().map(recordOf));
    } catch (error) {
      call.emit('error', error);
      return;
    }
    if (!message.getIsFinal()) return;
    open.delete(id);
    const { options, events } = collected;
    const stream = streamNameOf(options.getStreamIdentifier()!);
    void store({ stream, expected: expectedOf(options), events, bytes: bytesOf(events) }).then(
      (written) => call.write(answerOf(id, stream, written)),
      (error: ServiceError) => call.write(failureOf(id, stream, error)),
    );
  });
  call.on('end', () => call.end());
}

function expectedOf(options: streamsTypes.BatchAppendReq.Options): ExpectedVersion {
  const { ExpectedStreamPositionCase: kinds } = streams.BatchAppendReq.Options;
  switch (options.getExpectedStreamPositionCase()) {
    case kinds.STREAM_POSITION:
      return Number(options.getStreamPosition());
    case kinds.NO_STREAM:
      return 'no-stream';
    case kinds.STREAM_EXISTS:
      return 'stream-exists';
    case kinds.ANY:
    case kinds.EXPECTED_STREAM_POSITION_NOT_SET:
      return 'any';
  }
}

function answerTo(id: string, stream: string): streamsTypes.BatchAppendResp {
  const answer = new streams.BatchAppendResp();
  answer.setCorrelationId(uuidOf(id));
  answer.setStreamIdentifier(streamIdentifier(stream));
  return answer;
}

function answerOf(id: string, stream: string, written: Written): streamsTypes.BatchAppendResp {
  const answer = answerTo(id, stream);
  if (written.outcome === 'written') {
    const success = new streams.BatchAppendResp.Success();
    success.setCurrentRevision(String(written.revision));
    success.setPosition(placed(new shared.AllStreamPosition(), written.position));
    answer.setSuccess(success);
    return answer;
  }
  if (written.outcome === 'stream-deleted') return failureOf(id, stream, streamDeleted(stream));
  const wrong = new shared.WrongExpectedVersion();
  if (written.current < 0) wrong.setCurrentNoStream(new emptyMessages.Empty());
  else wrong.setCurrentStreamRevision(String(written.current));
  const details = new anyMessages.Any();
  details.pack(wrong.serializeBinary(), 'event_store.client.WrongExpectedVersion');
  const error = new status.Status();
  error.setMessage('WrongExpectedVersion');
  error.setDetails(details);
  answer.setError(error);
  return answer;
}

function failureOf(
  id: string,
  stream: string,
  { message, code }: ServiceError,
): streamsTypes.BatchAppendResp {
  const error = new status.Status();
  error.setCode(Number(code) as Parameters<typeof error.setCode>[0]);
  error.setMessage(message);
  const answer = answerTo(id, stream);
  answer.setError(error);
  return answer;
}
