export * from './fake-eventstoredb.ts';
export { selfSigned } from './self-signed.ts';
export type { LogRecord, TransactionLog } from './transaction-log.ts';
