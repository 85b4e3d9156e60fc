import { describe, it } from '@jest/globals';
import { drill } from './drill.ts';
import { SHORT_STORIES } from './stories/index.ts';

describe('situations of the operations guide, the shortest', () => {
  for (const story of SHORT_STORIES)
    it(
      story.situation,
      async () => {
        const lines: string[] = [];
        await drill(story, (line) => void lines.push(line)).catch((error: unknown) => {
          process.stderr.write(`${lines.join('\n')}\n`);
          throw error;
        });
      },
      120_000,
    );
});
