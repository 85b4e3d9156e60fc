import { ConfigurationError } from '@smartkey/configuration';

/** A whole number that was typed behind a command: how many rounds, or which seed. Nothing typed is none. @throws ConfigurationError that names it */
export function count(name: string, typed: string, most = 999_999_999): number {
  if (!/^\d{1,9}$/.test(typed) || Number(typed) > most)
    throw new ConfigurationError(name, `must be a number up to ${most}, not "${typed}"`);
  return Number(typed);
}
