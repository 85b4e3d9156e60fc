import { describe, it } from '@jest/globals';
import { crashLoop } from './crash-loop.ts';

describe('SIGKILL at random points', () => {
  it('loses nothing that was acknowledged, bills nothing twice, and finishes what it had begun', async () => {
    await crashLoop({ kills: 6, seed: 20180101 });
  }, 240_000);
});
