export * from './fake-eventstoredb.ts';
export { selfSigned } from './self-signed.ts';
export type { LogCopy } from './transaction-log.ts';
