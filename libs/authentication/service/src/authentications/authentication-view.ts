import type { DenialReason } from '@smartkey/authentication-domain';
import { schema, written, type Schema } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';
import type { AuthenticationAnswer } from './authenticate.ts';

/** A success, answered with its place in the log. */
interface SuccessView {
  readonly id: string;
  readonly result: 'success';
  readonly deviceId: string;
  readonly decidedAt: Instant;
}

interface DenialView {
  readonly result: 'denied';
  readonly reason: DenialReason;
  readonly retryAfterSeconds?: number;
}

export function authenticationView(
  answer: Exclude<AuthenticationAnswer, { readonly result: 'unknown-contract' }>,
): unknown {
  if (answer.result === 'success') {
    const { authentication, device, decidedAt, at } = answer;
    const success: SuccessView = { id: authentication, result: 'success', deviceId: device, decidedAt };
    return written(success, { ...at, source: 'authentication' });
  }
  const { reason, retryAfterSeconds } = answer;
  const denial: DenialView = { result: 'denied', reason };
  return retryAfterSeconds === undefined ? denial : { ...denial, retryAfterSeconds };
}

export const authenticationSchema: Schema = {
  oneOf: [
    schema.object({
      id: schema.idOf('aut'),
      result: schema.oneOf(['success']),
      deviceId: schema.idOf('dev'),
      decidedAt: schema.instant(),
    }),
    schema.object({
      result: schema.oneOf(['denied']),
      reason: schema.oneOf([
        'invalid_code',
        'code_already_used',
        'locked',
        'no_active_device',
        'id_suspended',
        'service_withheld',
        'contract_ended',
        'not_authenticated',
      ]),
      'retryAfterSeconds?': schema.wholeNumber('Only where the lock ends by itself.'),
    }),
  ],
};
