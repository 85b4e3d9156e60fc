import { describe, it } from '@jest/globals';
import { anyLateFacts } from './any-late-facts.ts';

describe('Corrections: any late facts of thirty contracts, through the public surface and through deaths', () => {
  it('net per item over all documents but credit notes, and what waits, is one rating over all that was told', async () => {
    await anyLateFacts({ seed: 20191001, facts: 16, say: (line) => void process.stderr.write(`${line}\n`) });
  }, 600_000);
});
