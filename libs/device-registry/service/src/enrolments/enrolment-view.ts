import { schema } from '@smartkey/http';
import type { Instant } from '@smartkey/kernel';

const { idOf, instant, object, oneOf, text } = schema;

/** The one answer that holds the secret. */
export interface StartedEnrolment {
  readonly id: string;
  readonly deviceId: string;
  readonly otpauthUri: string;
  readonly secretBase32: string;
  readonly qrSvg: string;
  readonly expiresAt: Instant;
}

export const enrolmentSchema = object({
  id: idOf('enr'),
  deviceId: idOf('dev'),
  otpauthUri: text('For an authenticator app. Only in this answer.'),
  secretBase32: text('Only in this answer.'),
  qrSvg: text('The otpauth URI as a QR code. Only in this answer.'),
  expiresAt: instant(),
});

export interface ConfirmedDevice {
  readonly deviceId: string;
  readonly status: 'active';
}

export const confirmedSchema = object({ deviceId: idOf('dev'), status: oneOf(['active']) });
