import { ConfigurationError } from '@smartkey/configuration';
import { runAmongServers } from '@smartkey/servers';
import { parseArgs } from 'node:util';
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
  const rounds = Number(positionals[0] ?? '1');
  if (!Number.isInteger(rounds) || rounds < 0 || rounds > 10_000)
    throw new ConfigurationError('rounds', `must be a number up to 10000, not "${positionals[0]}"`);
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
