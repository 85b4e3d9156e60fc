import { Metadata, status as grpcStatus, type ServiceError } from '@grpc/grpc-js';
import { shared, streams, type sharedTypes, type streamsTypes } from './generated-messages.ts';
import type { LogRecord, Written } from './transaction-log.ts';

/** A failure as gRPC tells it. `exception` is how the server names its own kinds of failure. */
export function failure(
  code: grpcStatus,
  details: string,
  more: Readonly<Record<string, string>> = {},
): ServiceError {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(more)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
}

export const unavailable = (details: string): ServiceError => failure(grpcStatus.UNAVAILABLE, details);

export function uuidOf(text: string): sharedTypes.UUID {
  const uuid = new shared.UUID();
  uuid.setString(text);
  return uuid;
}

export function streamIdentifier(name: string): sharedTypes.StreamIdentifier {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(name));
  return identifier;
}

interface Placed {
  setCommitPosition(position: string): void;
  setPreparePosition(position: string): void;
}

/** Where something stands in the server's log: commit and prepare position alike. */
export function placed<Message extends Placed>(message: Message, position: bigint): Message {
  message.setCommitPosition(String(position));
  message.setPreparePosition(String(position));
  return message;
}

function readAnswer(fill: (answer: streamsTypes.ReadResp) => void): streamsTypes.ReadResp {
  const answer = new streams.ReadResp();
  fill(answer);
  return answer;
}

export function eventAnswer(record: LogRecord): streamsTypes.ReadResp {
  const recorded = placed(new streams.ReadResp.ReadEvent.RecordedEvent(), record.position);
  recorded.setId(uuidOf(record.id));
  recorded.setStreamIdentifier(streamIdentifier(record.stream));
  recorded.setStreamRevision(String(record.revision));
  recorded.setData(record.data);
  recorded.setCustomMetadata(record.customMetadata);
  recorded.getMetadataMap().set('type', record.type);
  recorded.getMetadataMap().set('content-type', record.contentType);
  recorded.getMetadataMap().set('created', String(record.created));
  const event = new streams.ReadResp.ReadEvent();
  event.setEvent(recorded);
  event.setCommitPosition(String(record.position));
  return readAnswer((answer) => answer.setEvent(event));
}

export function streamNotFound(name: string): streamsTypes.ReadResp {
  const missing = new streams.ReadResp.StreamNotFound();
  missing.setStreamIdentifier(streamIdentifier(name));
  return readAnswer((answer) => answer.setStreamNotFound(missing));
}

export function confirmation(id: string): streamsTypes.ReadResp {
  const confirmed = new streams.ReadResp.SubscriptionConfirmation();
  confirmed.setSubscriptionId(id);
  return readAnswer((answer) => answer.setConfirmation(confirmed));
}

export const checkpoint = (position: bigint): streamsTypes.ReadResp =>
  readAnswer((answer) => answer.setCheckpoint(placed(new streams.ReadResp.Checkpoint(), position)));

export const caughtUp = (): streamsTypes.ReadResp =>
  readAnswer((answer) => answer.setCaughtUp(new streams.ReadResp.CaughtUp()));

/** @throws ServiceError for a stream that is gone. */
export function appendAnswer(stream: string, written: Written): streamsTypes.AppendResp {
  const answer = new streams.AppendResp();
  switch (written.outcome) {
    case 'written': {
      const success = new streams.AppendResp.Success();
      if (written.revision < 0) success.setNoStream(new shared.Empty());
      else success.setCurrentRevision(String(written.revision));
      success.setPosition(placed(new streams.AppendResp.Position(), written.position));
      answer.setSuccess(success);
      return answer;
    }
    case 'wrong-expected-version': {
      const { current, expected } = written;
      const wrong = new streams.AppendResp.WrongExpectedVersion();
      if (current < 0) wrong.setCurrentNoStream(new shared.Empty());
      else wrong.setCurrentRevision(String(current));
      if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
      else if (expected === 'stream-exists') wrong.setExpectedStreamExists(new shared.Empty());
      else if (expected === 'no-stream') wrong.setExpectedNoStream(new shared.Empty());
      else wrong.setExpectedRevision(String(expected));
      answer.setWrongExpectedVersion(wrong);
      return answer;
    }
    case 'stream-deleted':
      throw streamDeleted(stream);
  }
}

export function deleteAnswer(noted: bigint): streamsTypes.DeleteResp {
  const answer = new streams.DeleteResp();
  answer.setPosition(placed(new streams.DeleteResp.Position(), noted));
  return answer;
}

export function tombstoneAnswer(noted: bigint): streamsTypes.TombstoneResp {
  const answer = new streams.TombstoneResp();
  answer.setPosition(placed(new streams.TombstoneResp.Position(), noted));
  return answer;
}

export const streamDeleted = (stream: string): ServiceError =>
  failure(grpcStatus.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

export const commitTimeout = (): ServiceError =>
  failure(grpcStatus.ABORTED, 'Operation timed out: Commit phase timeout.');

export const accessDenied = (): ServiceError =>
  failure(grpcStatus.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });

export const unauthenticated = (): ServiceError => failure(grpcStatus.UNAUTHENTICATED, '');

export const tooLarge = (most: number): ServiceError =>
  failure(grpcStatus.INVALID_ARGUMENT, `Maximum Append Size of ${most} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(most),
  });

export const propertyMissing = (name: string): ServiceError =>
  failure(grpcStatus.INVALID_ARGUMENT, `Required Metadata Property '${name}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });

/** What a server says where its own code throws. */
export const thrownInside = (): ServiceError =>
  failure(grpcStatus.UNKNOWN, 'Exception was thrown by handler.');

export const notLeader = (leader: { readonly host: string; readonly port: number }): ServiceError =>
  failure(grpcStatus.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': leader.host,
    'leader-endpoint-port': String(leader.port),
  });
