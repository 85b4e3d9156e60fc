import type { Database } from '@smartkey/database';
import type { PostgresEventStore } from '@smartkey/event-store';
import type { ProvedLog } from '@smartkey/transparency';
import type { CountedServer } from '../counted-server.ts';

/** The long log that is measured. */
export interface BenchLog {
  readonly server: CountedServer;
  readonly database: Database;
  readonly store: PostgresEventStore;
  readonly proved: ProvedLog;
  /** How many events were written to begin with. */
  readonly size: number;
}
