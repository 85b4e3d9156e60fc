export { adoptCheckpoint, auditLog, isSound, type AuditedLog } from './log/audit-log.ts';
export { checkpointSettings, logKeysKnown, type CheckpointSettings } from './log/checkpoint-settings.ts';
export { logKeepingForms } from './keeping/log-keeping.events.ts';
export { publishedLogEvent } from './keeping/published-log-event.ts';
export { restoreLog } from './keeping/restore-log.ts';
export { rotateLogKey } from './keeping/rotate-log-key.ts';
export { policyLines, publishedKeys, type PublishedKey } from './keeping/signing-keys.ts';
export type { Checkpoint } from './log/checkpoint-rows.ts';
export { openCheckpoints } from './log/checkpoints.ts';
export { LogContradictedError } from './log/log-contradicted-error.ts';
export { OriginChangedError, type LogTree } from './log/log-tree.ts';
export { readOrigins } from './log/log-origins.ts';
export { highestName, logKeysOutside } from './log/names-outside.ts';
export { storedTreeHead } from './log/tree-head.ts';
export { ProvedLog, type CheckpointPage, type ProvedLogParts, type WitnessedLog } from './log/proved-log.ts';
export { type LogHead } from './log/log-head.ts';
export { secondsText } from './note/seconds-text.ts';
export { NotInTreeError, type ProofPart, type ProofPartAsked, type ShownAs } from './proof/proof-part.ts';
export {
  ShownLog,
  ShownLogError,
  type ShownEvent,
  type ShownEventLine,
  type ShownNodeLine,
} from './proof/shown-log.ts';
export { CompactRange } from './tree/compact-range.ts';
export { leafLog, leafOf, leafSql } from './tree/leaf.ts';
export { serveWitness } from './witness/witness-server.ts';
export { Witness } from './witness/witness.ts';
