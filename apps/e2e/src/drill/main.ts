import { ConfigurationError } from '@smartkey/configuration';
import { runAmongServers } from '@smartkey/servers';
import { Drill } from './drill.ts';
import { STORIES } from './stories/index.ts';
import type { Story } from './story.ts';

/**
 * `npm run drill -- [story …]`: the situations of docs/operations.md on real servers: what happens, what the system says, what a person types, and that
 * everything agrees afterwards. Goes on after a story that failed, and fails then. A name with a star stands for all that begin so.
 */
const say = (line: string): void => void process.stdout.write(`${line}\n`);

await runAmongServers(async () => {
  const named = process.argv.slice(2);
  const isNamed = (name: string, { name: story }: Story): boolean =>
    name.endsWith('*') ? story.startsWith(name.slice(0, -1)) : story === name;
  const unknown = named.filter((name) => !STORIES.some((story) => isNamed(name, story)));
  if (unknown.length > 0)
    throw new ConfigurationError(
      'stories',
      `there is none called ${unknown.join(', ')}: ${STORIES.map(({ name }) => name).join(', ')}`,
    );
  const failed: string[] = [];
  const drill = new Drill(say);
  const begun = performance.now();
  const told = STORIES.filter((story) => named.length === 0 || named.some((name) => isNamed(name, story)));
  for (const story of told)
    await drill.tell(story).catch((error: unknown) => {
      say(error instanceof Error ? (error.stack ?? error.message) : String(error));
      failed.push(story.name);
    });
  await drill.end();
  say(`\n${told.length} stories in ${Math.round((performance.now() - begun) / 1_000)} s`);
  say(failed.length === 0 ? 'all as it must be' : `FAILED: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
});
