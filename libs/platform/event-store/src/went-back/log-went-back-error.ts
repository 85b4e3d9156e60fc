import { UnavailableError, type ToldTrouble } from '@smartkey/lifecycle';

/** SQLSTATE of an append to a log that is known to have gone back. */
export const LOG_WENT_BACK = 'SKLWB';

/** A log lacks events that it had acknowledged, or that others have read: nothing is appended until a person has decided. */
export class LogWentBackError extends UnavailableError {
  override readonly name = 'LogWentBackError';
  override readonly told: ToldTrouble = {
    code: 'log-went-back',
    detail:
      'The log of the service lacks events that were read before, as after an older copy was put back. Nothing is written until a person has decided; reads go on.',
    retryAfterSeconds: 60,
  };
  constructor(options?: ErrorOptions) {
    super('the log lacks events that others have read: see npm run cli -- log compare', options);
  }
}
