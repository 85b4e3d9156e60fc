import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';

/** A server as a process of its own that can be started again on its data. */
export interface ResumableServer {
  readonly pid: number | undefined;
  ended(): Promise<void>;
  /** Waits until it is ready, for as long as the process lives: who gave up before would never tell that it is. */
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
  let watching = true;
  const tellReady = (): void => onChange({ pid: server.pid!, ready: true });
  const watch = async (): Promise<void> => {
    for (;;) {
      await server.ended();
      onChange({ ready: false });
      if (!watching) return;
      log.warn('a server ended, to be started again');
      await pause(REST_MILLIS);
      if (!watching) return;
      await server.resume().then(
        () => watching && tellReady(),
        (error: unknown) => watching && log.error({ err: error }, 'not started yet'),
      );
    }
  };
  tellReady();
  void watch();
  return () => void (watching = false);
}
