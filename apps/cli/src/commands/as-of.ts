import { parseInstant } from '@smartkey/calendar';
import type { AsOf } from '@smartkey/event-store';
import type { Instant } from '@smartkey/kernel';
import { CommandError, type CliContext } from '../command.ts';

/** The options that `asOfOf` reads. */
export const AS_OF_OPTIONS = { 'as-of': { type: 'string' }, 'known-at': { type: 'string' } } as const;

/** What was so by `--as-of`, as it was known by `--known-at`. @throws CommandError */
export function asOfOf({ options }: Pick<CliContext, 'options'>): AsOf {
  const instant = (option: string): Instant | undefined => {
    const text = options[option];
    if (typeof text !== 'string') return undefined;
    const parsed = parseInstant(text);
    if (parsed === undefined)
      throw new CommandError(
        `--${option} must be an instant with an offset, such as 2018-02-01T00:00:00+09:00`,
      );
    return parsed;
  };
  const [occurred, known] = [instant('as-of'), instant('known-at')];
  return {
    ...(occurred === undefined ? {} : { asOf: occurred }),
    ...(known === undefined ? {} : { knownAt: known }),
  };
}
