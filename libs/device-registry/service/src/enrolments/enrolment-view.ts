import type { Instant } from '@smartkey/kernel';

/** The one answer that holds the secret. */
export interface StartedEnrolment {
  /** @prefix enr */
  readonly id: string;
  /** @prefix dev */
  readonly deviceId: string;
  /** For an authenticator app. Only in this answer. */
  readonly otpauthUri: string;
  /** Only in this answer. */
  readonly secretBase32: string;
  /** The otpauth URI as a QR code. Only in this answer. */
  readonly qrSvg: string;
  readonly expiresAt: Instant;
}

export interface ConfirmedDevice {
  /** @prefix dev */
  readonly deviceId: string;
  readonly status: 'active';
}
