/** Why no checkpoint is signed: the log is not what was signed of it before. */
export type CheckpointFault =
  | 'checkpoint-forged'
  | 'kept-missing'
  | 'key-missing'
  | 'kept-unreadable'
  | 'log-shorter'
  | 'log-different'
  | 'witness-disagrees'
  | 'witness-forgot';

/** What was kept outside the database of a log does not fit the log: nothing more is signed until a person has looked. */
export class LogContradictedError extends Error {
  override readonly name = 'LogContradictedError';
  constructor(
    readonly fault: CheckpointFault,
    detail: string,
  ) {
    super(`${fault}: ${detail}`);
  }
}
