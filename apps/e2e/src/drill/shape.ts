/** How the whole runs that a story happens to. */
export interface Shape {
  /** `embedded`: one process on its folder. `server`: one process on a PostgreSQL server. `cluster`: processes on PostgreSQL and Kafka. */
  readonly kind: 'embedded' | 'server' | 'cluster';
  /** Three of the logs lie in EventStoreDB; a fake one, which can be put back. */
  readonly eventStore?: boolean;
}
