import { underAny } from '@smartkey/lifecycle';
import type { Database } from './database.port.ts';

/**
 * Does work that one instance does at a time.
 * @param stopping ends it, as the loss of the lock does: `over` is aborted then.
 * @returns `undefined`, at once, where another instance is at it.
 */
export const workAlone = <T>(
  database: Pick<Database, 'exclusively'>,
  { lock, stopping }: { readonly lock: string; readonly stopping: AbortSignal },
  work: (over: AbortSignal) => Promise<T>,
): Promise<T | undefined> =>
  database.exclusively(lock, (held) => underAny([stopping, held], work), { wait: false });
