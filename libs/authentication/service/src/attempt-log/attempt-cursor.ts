import { parseInstant } from '@smartkey/calendar';
import { decodeCursor, encodeCursor, invalidCursor } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';

/** Behind which attempt a list goes on. */
export interface AttemptPlace {
  readonly at: Instant;
  readonly id: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const cursorOf = ({ at, id }: AttemptPlace): string => encodeCursor(at, id);

/** @throws ProblemException 422 for a cursor that no list of attempts gave out. */
export function placeOf(cursor: string): AttemptPlace {
  const [text, id] = decodeCursor(cursor, 'string', 'string');
  const at = parseInstant(text);
  if (at === undefined || !UUID.test(id)) throw invalidCursor();
  return { at, id };
}
