import { Loop } from '@smartkey/lifecycle';
import type { Logger } from 'pino';

/** What has rows that are over in time. */
interface Purged {
  purge(): Promise<unknown>;
}

const EVERY_MILLIS = 60_000;

/** Drops what is past its time, every minute. @returns how to stop; it waits for a purge under way. */
export function startPurge(stores: readonly Purged[], log: Logger): () => Promise<void> {
  const purges = new Loop({
    turn: async () => {
      for (const store of stores) await store.purge();
    },
    periodMillis: EVERY_MILLIS,
    restsFirst: true,
    tell: (error) => log.warn({ err: error }, 'rows past their time could not be purged'),
  });
  purges.start();
  return () => purges.stop();
}
