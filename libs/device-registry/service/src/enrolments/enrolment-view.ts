import type { Instant, DeviceId, EnrolmentId } from '@smartkey/kernel';

/** The one answer that holds the secret. */
export interface StartedEnrolment {
  readonly id: EnrolmentId;
  readonly deviceId: DeviceId;
  /** For an authenticator app. Only in this answer. */
  readonly otpauthUri: string;
  /** Only in this answer. */
  readonly secretBase32: string;
  /** The otpauth URI as a QR code. Only in this answer. */
  readonly qrSvg: string;
  readonly expiresAt: Instant;
}

export interface ConfirmedDevice {
  readonly deviceId: DeviceId;
  readonly status: 'active';
}
