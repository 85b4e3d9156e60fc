import type { Report } from './report.ts';
import type { Whole } from './stage/whole.ts';

/** How the whole runs that a story happens to. */
export interface Shape {
  /** `embedded`: one process on its folder. `server`: one process on a PostgreSQL server. `cluster`: processes on PostgreSQL and Kafka. */
  readonly kind: 'embedded' | 'server' | 'cluster';
  /** Three of the logs lie in EventStoreDB; a fake one, which can be put back. */
  readonly eventStore?: boolean;
}

/** A situation of docs/operations.md: what happens, what the system says, what a person does, and that all agrees afterwards. */
export interface Story {
  readonly name: string;
  readonly situation: string;
  readonly shape: Shape;
  /** @throws where the system does not do what it must. */
  tell(whole: Whole, report: Report): Promise<void>;
}
