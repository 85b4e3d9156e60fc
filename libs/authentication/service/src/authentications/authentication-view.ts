import type { DenialReason } from '@smartkey/authentication-domain';
import { written, type Written } from '@smartkey/http';
import type { Instant, DeviceId, AuthenticationId } from '@smartkey/kernel';
import type { AuthenticationAnswer } from './authenticate.ts';

/** A success, answered with its place in the log. */
interface SuccessView {
  readonly id: AuthenticationId;
  readonly result: 'success';
  readonly deviceId: DeviceId;
  readonly decidedAt: Instant;
}

interface DenialView {
  readonly result: 'denied';
  readonly reason: DenialReason;
  /** Only where the lock ends by itself. */
  readonly retryAfterSeconds?: number;
}

export type AuthenticationView = SuccessView | DenialView;

export function authenticationView(
  answer: Exclude<AuthenticationAnswer, { readonly result: 'unknown-contract' }>,
): AuthenticationView | Written<AuthenticationView> {
  if (answer.result === 'success') {
    const { authentication, device, decidedAt, at } = answer;
    const success: SuccessView = { id: authentication, result: 'success', deviceId: device, decidedAt };
    return written<AuthenticationView>(success, { ...at, source: 'authentication' });
  }
  const { reason, retryAfterSeconds } = answer;
  const denial: DenialView = { result: 'denied', reason };
  return retryAfterSeconds === undefined ? denial : { ...denial, retryAfterSeconds };
}
