import { setTimeout as sleep } from 'node:timers/promises';
import { commitTimeout, tooLarge, unavailable } from './answers.ts';
import type { ProposedAppend } from './proposed-append.ts';
import { PutBackError, type TransactionLog, type Written } from './transaction-log.ts';

export interface CommitLimits {
  /** Of all events of one append. */
  readonly maxAppendBytes: number;
  /** From the placing of an append until it is committed. */
  readonly commitMillis: number;
  /** So long waits an append whose events another one has placed and not committed yet. */
  readonly commitTimeoutMillis: number;
}

/** Appends are committed in the order in which they are placed. @throws ServiceError */
export async function committed(
  log: TransactionLog,
  { maxAppendBytes, commitMillis, commitTimeoutMillis }: CommitLimits,
  { stream, expected, events, bytes }: ProposedAppend,
): Promise<Written> {
  if (bytes > maxAppendBytes) throw tooLarge(maxAppendBytes);
  const prepared = log.prepare(stream, expected, events);
  switch (prepared.outcome) {
    case 'prepared':
      await sleep(commitMillis);
      return commit(prepared.commit);
    case 'known':
      if (prepared.committed) return prepared.written;
      await sleep(commitTimeoutMillis, undefined, { ref: false });
      throw commitTimeout();
    default:
      return prepared;
  }
}

function commit(place: () => Written): Written {
  try {
    return place();
  } catch (error) {
    if (!(error instanceof PutBackError)) throw error;
    throw unavailable('the node was stopped');
  }
}
