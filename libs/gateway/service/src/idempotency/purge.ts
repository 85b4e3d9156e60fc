import { instantOf } from '@smartkey/kernel';
import { Loop } from '@smartkey/lifecycle';
import type { Logger } from 'pino';
import type { IdempotencyStore } from './idempotency-store.ts';

const EVERY_MILLIS = 60_000;

/** Drops answers past their time, every minute. @returns how to stop; it waits for a purge under way. */
export function startPurge(store: IdempotencyStore, log: Logger): () => Promise<void> {
  const purges = new Loop({
    turn: async () => void (await store.purge(instantOf(Date.now()))),
    periodMillis: EVERY_MILLIS,
    restsFirst: true,
    tell: (error) => log.warn({ err: error }, 'stored answers could not be purged'),
  });
  purges.start();
  return () => purges.stop();
}
