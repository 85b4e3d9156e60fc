import { ConfigurationError } from '@smartkey/configuration';
import { runToItsEnd } from '@smartkey/runtime';
import { drill } from './drill.ts';
import { STORIES } from './stories/index.ts';

/**
 * `npm run drill -- [story …]`: the situations of docs/operations.md on real servers, each on a system of its own: what happens, what the system
 * says, what a person types, and that everything agrees afterwards. Goes on after a story that failed, and fails then.
 */
const say = (line: string): void => void process.stdout.write(`${line}\n`);

await runToItsEnd(async () => {
  const named = process.argv.slice(2);
  const unknown = named.filter((name) => !STORIES.some((story) => story.name === name));
  if (unknown.length > 0)
    throw new ConfigurationError(
      'stories',
      `there is none called ${unknown.join(', ')}: ${STORIES.map(({ name }) => name).join(', ')}`,
    );
  const failed: string[] = [];
  for (const story of STORIES)
    if (named.length === 0 || named.includes(story.name))
      await drill(story, say).catch((error: unknown) => {
        say(error instanceof Error ? (error.stack ?? error.message) : String(error));
        failed.push(story.name);
      });
  say(failed.length === 0 ? '\nall as it must be' : `\nFAILED: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
});
