import { newId } from '@smartkey/identity';
import type { Instant, DeviceId, AuthenticationId } from '@smartkey/kernel';

/** The id of an authentication: the same (device, step) has the same, at whatever instant its success is told. */
export const authenticationIdOf = (now: Instant, device: DeviceId, step: number): AuthenticationId =>
  newId('aut', now, `${device}\n${step}`);
