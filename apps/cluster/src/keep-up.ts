import { Loop } from '@smartkey/lifecycle';
import type { Logger } from 'pino';

/** A server as a process of its own that can be started again on its data. */
export interface ResumableServer {
  readonly pid: number | undefined;
  ended(): Promise<void>;
  /** Waits until it is ready, for as long as the process lives. With a time limit, one that is ready later would never be told. */
  resume(): Promise<void>;
}

/** System time. */
const REST_MILLIS = 500;

/**
 * Starts a server, which runs, again whenever it ends.
 * @param onChange hears that it is ready, and of its end (no pid)
 * @returns how to stop watching.
 */
export function keepUp(
  server: ResumableServer,
  onChange: (state: { readonly pid?: number; readonly ready: boolean }) => void,
  log: Logger,
): () => void {
  let runs = true;
  const watch = new Loop({
    turn: async (stopping) => {
      if (!runs) await server.resume();
      if (stopping.aborted) return;
      runs = false;
      onChange({ pid: server.pid!, ready: true });
      await server.ended();
      onChange({ ready: false });
      if (!stopping.aborted) log.warn('a server ended, to be started again');
    },
    periodMillis: REST_MILLIS,
    keepsAlive: true,
    tell: (error) => log.error({ err: error }, 'not started yet'),
  });
  watch.start();
  return () => void watch.stop();
}
