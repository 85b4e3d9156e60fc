import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { whyNoCluster } from '@smartkey/testing/end-to-end';
import { seededChance } from '../crash/seeded-chance.ts';
import { Course } from './course.ts';
import { SHORT_FAULTS } from './faults.ts';

const missing = whyNoCluster();
if (missing !== undefined) process.stderr.write(`left out, faults of the distributed whole: ${missing}\n`);

(missing === undefined ? describe : describe.skip)(
  'under load on a real Kafka and PostgreSQL, nothing answered is lost and nothing counts twice after',
  () => {
    const chance = seededChance(20180101);
    let course: Course;
    beforeAll(async () => {
      course = await Course.begin();
    }, 180_000);
    afterAll(() => course?.end());

    for (const fault of SHORT_FAULTS)
      it(
        fault.name,
        async () => {
          await course.suffer(fault, chance);
        },
        300_000,
      );

    it('all of it together: the topics hold what the logs hold, as a foreign consumer counts', async () => {
      await course.compare();
    });
  },
);
