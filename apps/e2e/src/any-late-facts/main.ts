import { runAmongServers } from '@smartkey/servers';
import { count } from '../count.ts';
import { anyLateFacts } from './any-late-facts.ts';

/** `npm run late-facts -- [histories] [seed] [facts]`: so many histories of so many late facts a month, of consecutive seeds. */
const say = (line: string): void => void process.stdout.write(`${line}\n`);

await runAmongServers(async () => {
  const [histories = '10', seed = String(Date.now() % 1_000_000), facts = '40'] = process.argv.slice(2);
  const first = count('seed', seed);
  for (let n = 0; n < count('histories', histories); n += 1)
    await anyLateFacts({ seed: first + n, facts: count('facts', facts), say });
});
