import { setTimeout as pause } from 'node:timers/promises';
import type { ApiAnswer } from '@smartkey/api-client';
import { answerOf } from '../answer-of.ts';

/** What a client may be answered while a part is down, or while the same call of its own is still under way. */
const TO_BE_REPEATED = new Set([409, 429, 502, 503]);

/**
 * Repeats a call with its idempotency key until it is answered, as a client would: a connection that breaks tells nothing of
 * what was done.
 * @param giveUp asked before each repetition. @returns `undefined` where it was given up.
 */
export async function answered<Body>(
  send: () => Promise<ApiAnswer<Body>>,
  giveUp: () => boolean,
): Promise<ApiAnswer<Body> | undefined> {
  for (;;) {
    const answer = await answerOf(send);
    if (answer !== undefined && !TO_BE_REPEATED.has(answer.status)) return answer;
    if (giveUp()) return undefined;
    await pause(100);
  }
}
