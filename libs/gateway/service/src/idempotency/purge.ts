import { instantOf } from '@smartkey/kernel';
import type { Logger } from 'pino';
import type { IdempotencyStore } from './idempotency-store.ts';

const EVERY_MILLIS = 60_000;

/** Drops answers past their time, every minute. @returns how to stop; it waits for a purge under way. */
export function startPurge(store: IdempotencyStore, log: Logger): () => Promise<void> {
  let running = Promise.resolve();
  const timer = setInterval(() => {
    running = running
      .then(async () => void (await store.purge(instantOf(Date.now()))))
      .catch((error: unknown) => log.warn({ err: error }, 'stored answers could not be purged'));
  }, EVERY_MILLIS);
  timer.unref();
  return () => {
    clearInterval(timer);
    return running;
  };
}
