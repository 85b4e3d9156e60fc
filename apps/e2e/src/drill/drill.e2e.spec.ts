import { describe, it } from '@jest/globals';
import { Drill } from './drill.ts';
import { SHORT_STORIES } from './stories/index.ts';

describe('situations of the operations guide, the shortest', () => {
  for (const story of SHORT_STORIES)
    it(
      story.situation,
      async () => {
        const lines: string[] = [];
        const drill = new Drill((line) => void lines.push(line));
        try {
          await drill.tell(story);
        } catch (error) {
          process.stderr.write(`${lines.join('\n')}\n`);
          throw error;
        } finally {
          await drill.end();
        }
      },
      // Minutes where the machine has much else to do: a dozen programs are started one after another.
      300_000,
    );
});
