import { ConfigurationError } from '@smartkey/configuration';
import { runAmongServers } from '@smartkey/servers';
import { anyLateFacts } from './any-late-facts.ts';

/** `npm run late-facts -- [histories] [seed] [facts]`: so many histories of so many late facts a month, of consecutive seeds. */
const number = (name: string, text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new ConfigurationError(name, `must be a number, not "${text}"`);
  return Number(text);
};
const say = (line: string): void => void process.stdout.write(`${line}\n`);

await runAmongServers(async () => {
  const [histories = '10', seed = String(Date.now() % 1_000_000), facts = '40'] = process.argv.slice(2);
  const first = number('seed', seed);
  for (let n = 0; n < number('histories', histories); n += 1)
    await anyLateFacts({ seed: first + n, facts: number('facts', facts), say });
});
