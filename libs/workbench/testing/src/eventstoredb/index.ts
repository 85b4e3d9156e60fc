export * from './fake-eventstoredb.ts';
export type { LogRecord, TransactionLog } from './transaction-log.ts';
