import { ConfigurationError } from '@smartkey/configuration';

/** A whole number that was typed behind a command: how many rounds, or which seed. @throws ConfigurationError that names it */
export function count(name: string, typed: string): number {
  if (!/^\d{1,9}$/.test(typed)) throw new ConfigurationError(name, `must be a number, not "${typed}"`);
  return Number(typed);
}
