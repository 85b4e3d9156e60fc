import { seededChance } from '../crash/seeded-chance.ts';
import { Course } from './course.ts';
import { FAULTS } from './faults.ts';

/** `npm run chaos -- [rounds] [seed]`: every fault, round after round, on a cluster under load. */
const rounds = Number(process.argv[2] ?? 3);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

say(`${rounds} rounds of ${FAULTS.length} faults, seed ${seed}`);
const chance = seededChance(seed);
const course = await Course.begin();
try {
  for (let round = 1; round <= rounds; round += 1)
    for (const fault of FAULTS) say(`${round}. ${await course.suffer(fault, chance)}`);
} finally {
  await course.end();
}
