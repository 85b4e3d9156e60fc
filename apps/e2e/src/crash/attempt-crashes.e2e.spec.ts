import { describe, it } from '@jest/globals';
import { attemptCrashes, TELLING } from './attempt-crashes.ts';

describe('SIGKILL at the steps of an attempt to sign in', () => {
  it('leaves one row in the log of attempts for each success, and a bill for as many', async () => {
    await attemptCrashes({ only: TELLING });
  }, 240_000);
});
