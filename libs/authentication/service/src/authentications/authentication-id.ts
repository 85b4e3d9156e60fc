import { newId } from '@smartkey/identity';
import type { Instant } from '@smartkey/kernel';

/** The id of an authentication: the same (device, step) has the same, at whatever instant its success is told. */
export const authenticationIdOf = (now: Instant, device: string, step: number): string =>
  newId('aut', now, `${device}\n${step}`);
