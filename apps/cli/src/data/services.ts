import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import { CommandError } from '../command.ts';

/** All that keep something sealed. */
export const KEEPERS = [...SERVICES, 'gateway'] as const;

/** @throws CommandError for any other name. */
export function serviceNamed(name: string): ServiceName {
  const service = SERVICES.find((each) => each === name);
  if (service === undefined) throw new CommandError(`there is no service ${name}: ${SERVICES.join(', ')}`);
  return service;
}

/** @throws CommandError for any other name. */
export function logNamed(name: string): (typeof KEEPERS)[number] {
  const keeper = KEEPERS.find((each) => each === name);
  if (keeper === undefined) throw new CommandError(`there is no service ${name}: ${KEEPERS.join(', ')}`);
  return keeper;
}
