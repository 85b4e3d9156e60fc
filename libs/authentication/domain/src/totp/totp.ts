import { epochMillisOf, type Instant, type TotpSettings } from '@smartkey/kernel';
import { equalInConstantTime } from './constant-time.ts';
import type { Hmac } from './hmac.port.ts';
import { hotp } from './hotp.ts';

export type Period = TotpSettings['period'];

/** Steps that a device's clock, and the way of a code here, may be off: one back (RFC 6238, 5.2) and one ahead. */
export const WINDOW_STEPS = 1;

/** The time step that an instant lies in: how many whole periods since 1970-01-01T00:00:00Z. */
export const stepAt = (now: Instant, period: Period): number =>
  Math.floor(epochMillisOf(now) / 1000 / period);

/** The code of one time step. */
export const totp = (hmac: Hmac, settings: TotpSettings, secret: Uint8Array, step: number): string =>
  hotp(hmac, settings.algorithm, secret, step, settings.digits);

/**
 * The steps, latest first, whose code is the one given. Every step of the window is computed and compared, whatever was
 * found before and however long the code is, so that the time taken says nothing.
 */
export function matchingSteps(
  hmac: Hmac,
  settings: TotpSettings,
  secret: Uint8Array,
  code: string,
  now: Instant,
): readonly number[] {
  const current = stepAt(now, settings.period);
  const matches: number[] = [];
  for (let step = current + WINDOW_STEPS; step >= current - WINDOW_STEPS; step--) {
    const right = equalInConstantTime(totp(hmac, settings, secret, Math.max(0, step)), code);
    if (right && step >= 0) matches.push(step);
  }
  return matches;
}
