import { CommandError } from '../command.ts';

const MOST_LETTERS = 500;

/** What a person has to say with an option. @throws CommandError */
export function textOf(options: Readonly<Record<string, string | boolean | undefined>>, option: string): string {
  const value = options[option];
  const text = typeof value === 'string' ? value.trim() : '';
  if (text === '' || text.length > MOST_LETTERS)
    throw new CommandError(`--${option} is needed, of at most ${MOST_LETTERS} characters`);
  return text;
}
