import { setTimeout as pause } from 'node:timers/promises';

/** Times that are asked again, with 100 ms between. */
export const ATTEMPTS = 100;

/**
 * Asks brokers again, for up to ten seconds, while they answer with what passes.
 * @param passing types of the protocol's errors, as the library names them.
 */
export async function askedAgain<T>(passing: readonly string[], ask: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      const { type } = error as { readonly type?: string };
      if (attempt === ATTEMPTS || type === undefined || !passing.includes(type)) throw error;
    }
    await pause(100);
  }
}
