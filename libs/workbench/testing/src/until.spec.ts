import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { until, untilSeen, WaitedInVainError } from './until.ts';

afterEach(() => {
  jest.useRealTimers();
});

/** Counts the looks at it. */
const looks = (answers: (look: number) => number) => {
  let count = 0;
  return { at: () => answers((count += 1)), count: () => count };
};

describe('a wait for what must come', () => {
  it('ends with the first look that finds it', async () => {
    const seen = looks((look) => look);
    await until(async () => seen.at() === 3);
    expect(seen.count()).toBe(3);
  });

  it('gives back what was seen', async () => {
    const seen = looks((look) => look * 10);
    expect(
      await untilSeen(
        async () => seen.at(),
        (ten) => ten >= 40,
      ),
    ).toBe(40);
  });

  it('ends in vain at its limit, and says what it waited for', async () => {
    let arrived = 0;
    const waiting = until(() => arrived === 12, { seconds: 0.05 });
    await expect(waiting).rejects.toThrow(WaitedInVainError);
    await expect(waiting).rejects.toThrow(/did not hold within 0\.05 s: .*arrived === 12/);
    arrived = 12;
    await until(() => arrived === 12);
  });

  it('says at its limit also what was seen last', async () => {
    const waiting = untilSeen(
      async () => ({ state: 'running', parts: [{ issued: 2 }] }),
      ({ state }) => state === 'completed',
      { seconds: 0.05 },
    );
    await expect(waiting).rejects.toThrow(WaitedInVainError);
    await expect(waiting).rejects.toThrow(
      /state === 'completed'\s+last seen: { state: 'running', parts: \[ { issued: 2 } \] }/,
    );
  });

  it('tells a short end of what is long', async () => {
    const told = untilSeen(
      () => 'x'.repeat(100_000),
      () => false,
      { seconds: 0 },
    ).catch(String);
    expect((await told).length).toBeLessThan(5_000);
  });

  it('looks once more behind its limit, so that a machine that was held up fails no test', async () => {
    const seen = looks((look) => look);
    const held = async () => {
      const look = seen.at();
      if (look === 1) await new Promise((resolve) => setTimeout(resolve, 60));
      return look === 2;
    };
    await until(held, { seconds: 0.02 });
    expect(seen.count()).toBe(2);
  });

  it('looks no more when it has ended', async () => {
    const seen = looks(() => 0);
    await expect(until(() => seen.at() > 0, { seconds: 0.02 })).rejects.toThrow(WaitedInVainError);
    const before = seen.count();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(seen.count()).toBe(before);
  });

  it('throws at once what the look throws', async () => {
    const broken = new Error('the server is away');
    await expect(
      until(() => {
        throw broken;
      }),
    ).rejects.toBe(broken);
  });

  it('waits by the machine’s time, also where a test holds the clocks', async () => {
    jest.useFakeTimers();
    const seen = looks((look) => look);
    await until(() => seen.at() === 3);
    await expect(until(() => false, { seconds: 0.05 })).rejects.toThrow(WaitedInVainError);
  });

  it('looks ever more seldom', async () => {
    // The first twelve pauses come to more than 250 ms; with pauses of 5 ms it would be 100 looks in half a second.
    const seen = looks(() => 0);
    await expect(until(() => seen.at() > 0, { seconds: 0.5 })).rejects.toThrow(WaitedInVainError);
    expect(seen.count()).toBeLessThan(30);
  });
});
