import { runAmongServers } from '@smartkey/servers';
import { count } from '../count.ts';
import { attemptCrashes } from './attempt-crashes.ts';
import { crashLoop } from './crash-loop.ts';
import { deliveryCrashes } from './delivery-crashes.ts';

/** `npm run crash-test -- [kills] [seed]`: kills the service with SIGKILL at random points, then at each step of an attempt to sign in and of a delivery, and checks what is left. */
const say = (line: string): void => void process.stdout.write(`${line}\n`);

await runAmongServers(async () => {
  const kills = count('kills', process.argv[2] ?? '20');
  const seed = count('seed', process.argv[3] ?? String(Date.now() % 1_000_000));
  say(`${kills} kills, seed ${seed}`);
  await crashLoop({ kills, seed, say });
  await attemptCrashes({ say });
  await deliveryCrashes({ say });
});
