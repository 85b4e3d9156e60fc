import { runAmongServers } from '@smartkey/servers';
import { parseArgs } from 'node:util';
import { count } from '../count.ts';
import { FalseAlarms } from './false-alarms.ts';
import { DISTURBANCES } from './disturbances.ts';
import { rollingUpgrade } from './rolling-upgrade.ts';

/**
 * `npm run false-alarms -- [rounds] [--former folder]`: what befalls a whole in a year, round after round, under writers, and not once may a log be
 * taken for one that went back. With the folder of a built checkout of a version before it begins on that, and each instance is started again as this one.
 */
const say = (line: string): void => void process.stdout.write(`${line}\n`);

await runAmongServers(async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { former: { type: 'string' } },
  });
  const rounds = count('rounds', positionals[0] ?? '1', 10_000);
  const course = await FalseAlarms.begin(say, values.former);
  try {
    if (values.former !== undefined) await course.suffer(rollingUpgrade(values.former));
    for (let round = 1; round <= rounds; round += 1)
      for (const each of DISTURBANCES) await course.suffer(each);
    await course.agree();
  } catch (error) {
    say(course.words.slice(-20_000));
    throw error;
  } finally {
    await course.end();
  }
});
