import { ErrorType, isCommandError } from '@eventstore/db-client';
import { Backoff } from '@smartkey/lifecycle';
import { EventStoreUnavailableError } from '../event-store.port.ts';
import type { EventStoreDbConnection } from './eventstoredb-connection.ts';
import type { streamsTypes } from './generated-messages.ts';
import type { Passage } from './log-instance.ts';
import { isPassing } from './stream-reader.ts';

/** What the server has answered of an append that it has taken. */
export interface TakenAppend {
  /** Of the last event. */
  readonly revision: number;
  /** Where the server says that the append stands; undefined where it says nothing. */
  readonly position: bigint | undefined;
  /** It was sent once. The answer to a repeat may tell of what stood there already. */
  readonly sentOnce: boolean;
}

/** `conflict`: the stream's last revision is another one. */
export type ExactOutcome = TakenAppend | 'conflict' | 'unknown';

export interface ExactAppend {
  readonly messages: readonly streamsTypes.AppendReq[];
  readonly passage: Passage;
  readonly deadline: number;
  /** So long is an append tried while it is certain that it was never sent. */
  readonly patience: number;
  /** No further attempt from then on. */
  readonly closing: AbortSignal;
}

/** Failures of the server's own, which no repetition has cured: then what is there decides. */
const MOST_UNKNOWN = 5;

/**
 * Appends behind an exact revision. An attempt that ends without an answer may have been carried out; it is made again with the
 * same ids, which the server takes for the same append, until there is an answer.
 * @returns `unknown` where no further attempt may be made and the outcome is still open.
 * @throws what the server refuses it for; BehindFenceError, EventStoreUnavailableError: it was never sent.
 */
export async function appendExactly(
  connection: EventStoreDbConnection,
  { messages, passage, deadline, patience, closing }: ExactAppend,
): Promise<ExactOutcome> {
  const until = performance.now() + patience;
  let sent = 0;
  let refused: unknown;
  const begin = () => {
    try {
      passage.begin();
    } catch (error) {
      refused = error;
      throw error;
    }
    sent += 1;
  };
  const pauses = new Backoff({ firstMillis: 10, mostMillis: 1_000 });
  for (let unknown = 0; ;) {
    try {
      const answer = await connection.append(messages, { deadlineMillis: deadline, begin });
      const success = answer.getSuccess();
      return success === undefined ? 'conflict' : taken(success, sent === 1);
    } catch (error) {
      if (error === refused && sent > 0) return 'unknown';
      if (error === refused || !isPassing(error)) throw error;
      if (sent === 0 && pauses.outlasts(until))
        throw new EventStoreUnavailableError('the event store takes no appends', { cause: error });
      if (error instanceof Error && isCommandError(error) && error.type === ErrorType.UNKNOWN) unknown += 1;
      if (sent > 0 && (unknown >= MOST_UNKNOWN || closing.aborted)) return 'unknown';
      if (closing.aborted) throw error;
    }
    // Cut short by the closing, not failed by it.
    await pauses.wait(closing);
  }
}

function taken(success: streamsTypes.AppendResp.Success, sentOnce: boolean): TakenAppend {
  const position = success.getPosition()?.getCommitPosition();
  return {
    revision: success.hasCurrentRevision() ? Number(success.getCurrentRevision()) : -1,
    position: position === undefined ? undefined : BigInt(position),
    sentOnce,
  };
}
