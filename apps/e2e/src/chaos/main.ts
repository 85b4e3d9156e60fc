import { runAmongServers } from '@smartkey/servers';
import { parseArgs } from 'node:util';
import { count } from '../count.ts';
import { seededChance } from '../crash/seeded-chance.ts';
import { Course } from './course.ts';
import { brokerFaults, FAULTS } from './faults.ts';

/**
 * `npm run chaos -- [rounds] [seed] [--brokers n]`: every fault, round after round, on a cluster under load. With several brokers, those
 * that happen to brokers, and after each a foreign consumer counts the topics against the logs.
 */
const say = (line: string): void => void process.stdout.write(`${line}\n`);

await runAmongServers(async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { brokers: { type: 'string', default: '1' } },
  });
  const rounds = count('rounds', positionals[0] ?? '3');
  const seed = count('seed', positionals[1] ?? String(Date.now() % 1_000_000));
  const brokers = count('--brokers', values.brokers);
  const faults = brokers > 1 ? brokerFaults(brokers) : FAULTS;
  say(`${rounds} rounds of ${faults.length} faults, ${brokers} brokers, seed ${seed}`);
  const chance = seededChance(seed);
  const course = await Course.begin(brokers);
  try {
    for (let round = 1; round <= rounds; round += 1)
      for (const fault of faults) {
        say(`${round}. ${await course.suffer(fault, chance)}`);
        if (brokers > 1) say(`   ${await course.compare()}`);
      }
    say(await course.compare());
  } finally {
    await course.end();
  }
});
