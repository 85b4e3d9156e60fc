export * from './codec/event-codec.ts';
export type { StreamEvents } from './codec/stream-events.ts';
export {
  ERASED,
  isSealed,
  openShared,
  sealShared,
  type PersonalData,
  type SealedValue,
} from './codec/personal-data.ts';
export * from './command/aggregate.ts';
export * from './command/command-context.ts';
export * from './command/command-handler.ts';
export { inAppendSpan } from './command/command-spans.ts';
export * from './event-store.port.ts';
export * from './hash-chain/canonical-json.ts';
export * from './hash-chain/event-hash.ts';
export * from './hash-chain/verify-log.ts';
export * from './hash-chain/verify-stream.ts';
export * from './postgres/create-event-store.ts';
export * from './postgres/postgres-event-store.ts';
export { storedBytes } from './append/append-size.ts';
export type { AppendArguments, Appended } from './append/prepared-append.ts';
export { retryBehindFence } from './append/retry-behind-fence.ts';
