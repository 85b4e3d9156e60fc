import {
  AppendTooLargeError,
  BehindFenceError,
  DuplicateEventError,
  EventTooLargeError,
  WrongExpectedRevisionError,
  type AppendOutcome,
  type AppendResult,
} from '../event-store.port.ts';

/** What became of one append among many: what refuses it is an answer. @throws what is none. */
export async function outcomeOf(append: Promise<AppendResult>): Promise<AppendOutcome> {
  try {
    return await append;
  } catch (error) {
    if (
      error instanceof WrongExpectedRevisionError ||
      error instanceof DuplicateEventError ||
      error instanceof BehindFenceError ||
      error instanceof EventTooLargeError ||
      error instanceof AppendTooLargeError
    )
      return error;
    throw error;
  }
}

/** The last position that any of these was appended at; 0n where none was. */
export const furthestOf = (outcomes: readonly AppendOutcome[]): bigint =>
  outcomes.reduce(
    (last, outcome) => ('position' in outcome && outcome.position > last ? outcome.position : last),
    0n,
  );
