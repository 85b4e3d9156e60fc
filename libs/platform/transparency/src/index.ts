export { adoptCheckpoint, auditLog, isSound, type AuditedLog } from './log/audit-log.ts';
export { checkpointSettings, type CheckpointSettings } from './log/checkpoint-settings.ts';
export { giveUpBeyond } from './log/give-up.ts';
export { LogContradictedError, openCheckpoints, type Checkpoint } from './log/checkpoints.ts';
export { OriginChangedError, type LogTree } from './log/log-tree.ts';
export { storedTreeHead } from './log/tree-head.ts';
export { ProvedLog, type CheckpointPage, type LogHead, type ProvedLogParts } from './log/proved-log.ts';
export { CompactRange } from './tree/compact-range.ts';
export { leafOf } from './tree/leaf.ts';
