export { EventStoreDbConnection } from './eventstoredb-connection.ts';
export type { EventStoreDbEventStore } from './eventstoredb-event-store.ts';
export type { EventStoreDbTimes } from './eventstoredb-times.ts';
export * from './open-eventstoredb-log.ts';
export { tlsTrouble, type TlsTrouble } from './tls-trouble.ts';
export { ForeignLogError } from './log-identity.ts';
export type { WhenLost } from './open-eventstoredb-log.ts';
