import type { Closers } from '@smartkey/lifecycle';
import { System } from '@smartkey/testing/end-to-end';
import { DATABASE_URL } from './scratch.ts';

/** A whole system that takes as much as it can, ended with `closers`. @param variables where its data go, and what else it is told. */
export async function unlimitedSystem(
  closers: Closers,
  variables: Readonly<Record<string, string>>,
): Promise<System> {
  const system = await System.start({
    SMARTKEY_RATE_PER_SECOND: '1000000',
    SMARTKEY_RATE_BURST: '1000000',
    SMARTKEY_LOG_LEVEL: 'error',
    ...variables,
  });
  closers.add('the system', () => system.dispose());
  return system;
}

/** Where a system keeps its data: on the embedded database, or where BENCH_DATABASE_URL says. */
export const DATABASE_SETTING: Readonly<Record<string, string>> =
  DATABASE_URL === undefined ? {} : { DATABASE_URL };
