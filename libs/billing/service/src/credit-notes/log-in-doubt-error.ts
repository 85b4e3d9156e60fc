import { UnavailableError, type ToldTrouble } from '@smartkey/lifecycle';

/** A log does not have any more what was read of it, or is not what was signed: nothing that rests on it is issued until a person has looked. */
export class LogInDoubtError extends UnavailableError {
  override readonly name = 'LogInDoubtError';
  override readonly told: ToldTrouble = {
    code: 'log-in-doubt',
    detail:
      'A log that the document would rest on lacks what was read or signed of it, or the checkpoint that was kept of it is gone. Nothing is issued until a person has looked.',
    retryAfterSeconds: 60,
  };
  constructor(sources: readonly string[]) {
    super(`the log of ${sources.join(', ')} is in doubt: see npm run cli -- verify`);
  }
}
