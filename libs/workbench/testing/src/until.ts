import { setTimeout as pause } from 'node:timers/promises';

const PAUSE_MILLIS = 5;

/** Waits for what must come; the runner's own limit says when it does not. */
export const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await pause(PAUSE_MILLIS);
};

/** Looks again until what is seen is as wanted. */
export async function untilSeen<T>(look: () => Promise<T>, wanted: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look();
    if (wanted(seen)) return seen;
    await pause(PAUSE_MILLIS);
  }
}
