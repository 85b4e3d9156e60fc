import type { Device, TotpAlgorithm } from '@smartkey/device-registry-domain';
import { schema } from '@smartkey/http';
import { defined, type Instant } from '@smartkey/kernel';
import type { DeviceStatus } from '@smartkey/messages';
import { propagationSchema } from '../propagation/propagation.ts';

const { idOf, instant, object, oneOf, text, wholeNumber } = schema;

/** A device as it is shown. */
export interface DeviceView {
  readonly id: string;
  readonly account: string;
  readonly name?: string;
  readonly status: DeviceStatus;
  readonly enrolledAt: Instant;
  readonly digits: number;
  readonly period: number;
  readonly algorithm: TotpAlgorithm;
}

export const deviceView = (account: string, { device: id, ...device }: Device): DeviceView =>
  defined({ id, account, ...device });

export const deviceSchema = object({
  id: idOf('dev'),
  account: idOf('rid'),
  'name?': text(),
  status: oneOf(['active', 'suspended', 'revoked']),
  enrolledAt: instant(),
  digits: wholeNumber(),
  period: wholeNumber('Seconds.'),
  algorithm: oneOf(['SHA1', 'SHA256', 'SHA512']),
  'propagation?': propagationSchema,
});
