import { ConfigurationError } from './configuration-error.ts';

/** The environment variables that a program is started with. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that is set, and not to nothing. */
export const setting = (env: Environment, name: string): string | undefined => env[name]?.trim() || undefined;

/** @throws ConfigurationError */
export function wholeNumber(
  env: Environment,
  name: string,
  otherwise: number,
  limits: { readonly least: number; readonly most: number },
): number {
  const text = setting(env, name);
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < limits.least || value > limits.most)
    throw new ConfigurationError(
      name,
      `must be a whole number from ${limits.least} to ${limits.most}, not "${text}"`,
    );
  return value;
}

/** One of several words; `otherwise` where it is not set. @throws ConfigurationError */
export function choiceSetting<Word extends string, Otherwise>(
  env: Environment,
  name: string,
  words: readonly Word[],
  otherwise: Otherwise,
): Word | Otherwise {
  const text = setting(env, name);
  if (text === undefined) return otherwise;
  const word = words.find((each) => each === text);
  if (word !== undefined) return word;
  const these = words.length === 1 ? words[0] : `one of ${words.join(', ')}`;
  throw new ConfigurationError(name, `must be ${these}, not "${text}"`);
}

/** What two programs share and nobody else knows. @throws ConfigurationError */
export function secretSetting(env: Environment, name: string): string | undefined {
  const secret = setting(env, name);
  if (secret === undefined || /^[\x21-\x7e]{32,512}$/.test(secret)) return secret;
  throw new ConfigurationError(name, 'must be 32 to 512 visible ASCII characters without spaces');
}

/** A port to listen on; 0 for any free one. @throws ConfigurationError */
export const portSetting = (env: Environment, otherwise: number): number =>
  wholeNumber(env, 'PORT', otherwise, { least: 0, most: 65_535 });

/** Several URLs between commas. @throws ConfigurationError */
export function urlListSetting(
  env: Environment,
  name: string,
  schemes: readonly string[],
): readonly string[] | undefined {
  return setting(env, name)
    ?.split(',')
    .map((text) => urlSetting({ [name]: text }, name, schemes))
    .filter((url) => url !== undefined);
}

/** @throws ConfigurationError */
export function urlSetting(env: Environment, name: string, schemes: readonly string[]): string | undefined {
  const text = setting(env, name);
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // The text itself may hold a password: it is not told back.
  if (url === undefined || !schemes.includes(url.protocol))
    throw new ConfigurationError(
      name,
      `must be a URL that begins with ${schemes.map((s) => `${s}//`).join(' or ')}`,
    );
  return text.replace(/\/$/, '');
}
