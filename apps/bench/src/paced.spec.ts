import { describe, expect, it } from '@jest/globals';
import { sendAll, sendPaced } from './paced.ts';

describe('an open loop', () => {
  it('sends what is due although nothing was answered yet, each once', async () => {
    const sent: number[] = [];
    let answerAll!: () => void;
    const answered = new Promise<void>((resolve) => (answerAll = resolve));
    const millis = await sendPaced([1, 2, 3], 1_000, async (item) => {
      if (sent.push(item) === 3) answerAll();
      await answered;
    });
    expect(sent).toEqual([1, 2, 3]);
    expect(millis).toHaveLength(3);
  });
});

describe('a closed loop', () => {
  it('has so many under way at most, and sends each once', async () => {
    let underWay = 0;
    let most = 0;
    const sent: number[] = [];
    const millis = await sendAll([1, 2, 3, 4, 5], 2, async (item) => {
      sent.push(item);
      most = Math.max(most, (underWay += 1));
      await Promise.resolve();
      underWay -= 1;
    });
    expect([sent.length, new Set(sent).size, most, millis.length]).toEqual([5, 5, 2, 5]);
  });
});
