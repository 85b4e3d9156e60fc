import {
  BehindFenceError,
  DuplicateEventError,
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
      error instanceof BehindFenceError
    )
      return error;
    throw error;
  }
}
