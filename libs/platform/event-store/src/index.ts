export * from './codec/event-codec.ts';
export { ERASED, openShared, sealShared, type PersonalData } from './codec/personal-data.ts';
export { neededKey, type NeededRow } from './codec/needed-rows.ts';
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
export * from './went-back/anchor.ts';
export * from './went-back/log-went-back-error.ts';
export * from './went-back/followed-losses.ts';
export type { Evidence, WentBack } from './went-back/evidence.ts';
export {
  type AcceptedLoss,
  type CarryOutLoss,
  endOf,
  type Incarnation,
  incarnationAt,
} from './went-back/incarnations.ts';
export { type LossProposal, LossRefusedError } from './went-back/loss-proposal.ts';
export * from './went-back/went-back.ts';
export { storedBytes } from './append/append-size.ts';
export type { AppendArguments, Appended } from './append/prepared-append.ts';
export { retryBehindFence } from './append/retry-behind-fence.ts';
export * from './hash-chain/pages-ahead.ts';
