import { setTimeout as pause } from 'node:timers/promises';

/** As long as a timer of Node may be late: what is due until then is sent. */
const TICK_MILLIS = 1;

/**
 * Sends at a fixed rate, whether or not the answers keep up (an open loop).
 * @param rate a second.
 * @returns of each the milliseconds from when it was due to its answer: one that could not be sent in time has waited all the same.
 */
export async function sendPaced<T>(
  items: readonly T[],
  rate: number,
  send: (item: T) => Promise<unknown>,
): Promise<readonly number[]> {
  const began = performance.now();
  const answers: Promise<number>[] = [];
  for (const [place, item] of items.entries()) {
    const due = began + (place * 1_000) / rate;
    while (performance.now() < due) await pause(TICK_MILLIS);
    answers.push(send(item).then(() => performance.now() - due));
  }
  return Promise.all(answers);
}

/** Sends each once, so many at a time, each as soon as one before is answered (a closed loop). @returns the milliseconds of each. */
export async function sendAll<T>(
  items: readonly T[],
  connections: number,
  send: (item: T) => Promise<unknown>,
): Promise<readonly number[]> {
  const left = items.values();
  const millis: number[] = [];
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (const item of left) {
        const began = performance.now();
        await send(item);
        millis.push(performance.now() - began);
      }
    }),
  );
  return millis;
}
