import fc from 'fast-check';
import { historyOf } from './history.ts';
import { liveThrough } from './story.ts';

/**
 * Lives through the history that a seed stands for; the same seed and number of facts are the same history.
 * @throws with the seed, where what the rules say of it does not hold.
 */
export async function anyLateFacts({
  seed,
  facts,
  say,
}: {
  readonly seed: number;
  /** Late facts a month. */
  readonly facts: number;
  readonly say: (line: string) => void;
}): Promise<void> {
  const started = Date.now();
  say(`late facts: seed ${seed}, ${facts} a month`);
  const [history] = fc.sample(historyOf(facts), { seed, numRuns: 1 });
  const outcome = await liveThrough(history!).catch((error: unknown) => {
    throw new Error(`late facts: seed ${seed}, ${facts} a month`, { cause: error });
  });
  const told = Object.entries(outcome).map(([name, count]) => `${name} ${count}`);
  say(`late facts: seed ${seed}: ${told.join(', ')}; ${Math.round((Date.now() - started) / 1000)} s`);
}
