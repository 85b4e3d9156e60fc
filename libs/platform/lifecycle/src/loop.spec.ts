import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Loop, type LoopOptions } from './loop.ts';

beforeEach(() => void jest.useFakeTimers({ now: 0 }));
afterEach(() => void jest.useRealTimers());

const pass = (millis: number): Promise<void> => jest.advanceTimersByTimeAsync(millis);
const lasting = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

/** A loop of turns a second apart, when they were taken, and what was told. */
function looping(
  turn: (n: number, signal: AbortSignal) => Promise<'done' | void>,
  more: Partial<LoopOptions> = {},
) {
  const turns: number[] = [];
  const told: unknown[] = [];
  const loop = new Loop({
    turn: (signal) => turn(turns.push(Date.now()), signal),
    periodMillis: 1_000,
    tell: (error) => told.push((error as Error).message),
    over: (failures) => told.push(failures),
    ...more,
  });
  return { loop, turns, told };
}
const well = () => Promise.resolve();

describe('a loop', () => {
  it('takes a turn at once and one after each period, until it is stopped', async () => {
    const { loop, turns } = looping(well);
    loop.start();
    loop.start();
    await pass(2_500);
    await loop.stop();
    await pass(5_000);
    expect(turns).toEqual([0, 1_000, 2_000]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('rests first where it should, and counts the rest from the end of a turn', async () => {
    const { loop, turns } = looping(() => lasting(300), { restsFirst: true });
    loop.start();
    await pass(3_900);
    await loop.stop();
    expect(turns).toEqual([1_000, 2_300, 3_600]);
  });

  it('does nothing where it was stopped before it was started, or never started', async () => {
    const { loop, turns } = looping(well);
    await loop.stop();
    loop.start();
    await pass(5_000);
    await loop.ended;
    expect(turns).toEqual([]);
  });

  it('ends by itself after a turn that was the last', async () => {
    const { loop, turns } = looping((n) => Promise.resolve(n === 2 ? 'done' : undefined));
    loop.start();
    await pass(5_000);
    await loop.ended;
    expect(turns).toEqual([0, 1_000]);
    expect(loop.stopping.aborted).toBe(true);
  });

  describe('woken', () => {
    it('while it rests takes its turn at once', async () => {
      const { loop, turns } = looping(well);
      loop.start();
      await pass(100);
      loop.wake();
      await pass(999);
      expect(turns).toEqual([0, 100]);
      await loop.stop();
    });

    it('while a turn is under way takes one more behind it, however often it was woken, and never two at once', async () => {
      const { loop, turns } = looping(() => lasting(300));
      loop.start();
      await pass(100);
      loop.wake();
      loop.wake();
      await pass(1_000);
      expect(turns).toEqual([0, 300]);
      await pass(1_000);
      expect(turns).toEqual([0, 300, 1_600]);
      const stopped = loop.stop();
      await pass(300);
      await stopped;
    });
  });

  describe('whose turns fail', () => {
    const failing =
      (...failures: readonly number[]) =>
      (n: number) =>
        failures.includes(n) ? Promise.reject(new Error(`turn ${n}`)) : Promise.resolve();

    it('goes on, rests longer and longer up to a limit, and begins anew after a success', async () => {
      const { loop, turns } = looping(failing(1, 2, 3, 4, 6), {
        backoff: { firstMillis: 100, mostMillis: 300 },
      });
      loop.start();
      await pass(2_050);
      await loop.stop();
      expect(turns).toEqual([0, 100, 300, 600, 900, 1_900, 2_000]);
    });

    it('rests for its period where no other is named', async () => {
      const { loop, turns } = looping(failing(1));
      loop.start();
      await pass(1_500);
      await loop.stop();
      expect(turns).toEqual([0, 1_000]);
    });

    it('tells the first of a row, counts each, and tells how many there were when it is over', async () => {
      const counted: unknown[] = [];
      const { loop, told } = looping(failing(1, 2, 3, 5), { count: (error) => counted.push(error) });
      loop.start();
      await pass(4_500);
      await loop.stop();
      expect(told).toEqual(['turn 1', 3, 'turn 5']);
      expect(counted).toHaveLength(4);
    });

    it('begins a new row after a turn that was steady before it failed', async () => {
      const { loop, turns, told } = looping(
        async (n) => {
          if (n === 3) await lasting(5_001);
          throw new Error(`turn ${n}`);
        },
        { backoff: { firstMillis: 100, mostMillis: 5_000 }, steadyMillis: 5_000 },
      );
      loop.start();
      await pass(5_450);
      await loop.stop();
      expect(turns).toEqual([0, 100, 300, 5_401]);
      expect(told).toEqual(['turn 1', 2, 'turn 3']);
    });

    it('tells of a failure anew where a turn has got going before it', async () => {
      const { loop, turns, told } = looping(
        async (n) => {
          if (n === 3) loop.going();
          throw new Error(`turn ${n}`);
        },
        { backoff: { firstMillis: 100, mostMillis: 5_000 } },
      );
      loop.start();
      await pass(700);
      await loop.stop();
      expect(turns).toEqual([0, 100, 300, 700]);
      expect(told).toEqual(['turn 1', 2, 'turn 3']);
    });

    it('is woken from the rest after a failure too', async () => {
      const { loop, turns } = looping(failing(1), { backoff: { firstMillis: 9_000, mostMillis: 9_000 } });
      loop.start();
      await pass(10);
      loop.wake();
      await pass(10);
      await loop.stop();
      expect(turns).toEqual([0, 10]);
    });

    it('takes one that throws at once for one that fails', async () => {
      const { loop, told } = looping(() => {
        throw new Error('at once');
      });
      loop.start();
      await pass(10);
      await loop.stop();
      expect(told).toEqual(['at once']);
    });
  });

  describe('stopped', () => {
    it('waits for the turn under way, which hears of it, and tells nothing of what that fails with', async () => {
      const { loop, told } = looping(async (_n, signal) => {
        await lasting(500);
        signal.throwIfAborted();
      });
      loop.start();
      await pass(100);
      let stopped = false;
      const stop = loop.stop().then(() => (stopped = true));
      await pass(399);
      expect(stopped).toBe(false);
      await pass(1);
      await stop;
      expect(told).toEqual([]);
    });

    it('does not wait for a rest', async () => {
      const { loop, turns } = looping(well);
      loop.start();
      await pass(10);
      await loop.stop();
      expect(Date.now()).toBe(10);
      expect(turns).toEqual([0]);
    });
  });

  describe('with a lead', () => {
    /** A lead that is held by others until a test lets go of it. */
    function leadOf(free: boolean) {
      const lead = {
        free,
        held: new AbortController(),
        lost: [] as unknown[],
        failure: undefined as unknown,
      };
      const options = {
        standByMillis: 400,
        tell: (error: unknown) => lead.lost.push((error as Error).message),
        take: async (turns: (held: AbortSignal) => Promise<void>) => {
          if (lead.failure !== undefined) throw lead.failure;
          if (lead.free) await turns(lead.held.signal);
        },
      };
      return { lead, options };
    }

    it('asks for it again and again, and takes turns as long as it has it', async () => {
      const { lead, options } = leadOf(false);
      const { loop, turns } = looping(well, { lead: options });
      loop.start();
      await pass(500);
      expect(turns).toEqual([]);
      lead.free = true;
      await pass(1_500);
      expect(turns).toEqual([800, 1_800]);
      await loop.stop();
      expect(Date.now()).toBe(2_000);
    });

    it('lets a turn know that it has lost it, takes no further one, and asks again', async () => {
      const { lead, options } = leadOf(true);
      const { loop, turns } = looping(well, { lead: options });
      loop.start();
      await pass(200);
      lead.free = false;
      lead.held.abort();
      await pass(2_000);
      expect(turns).toEqual([0]);
      lead.held = new AbortController();
      lead.free = true;
      await pass(400);
      expect(turns).toHaveLength(2);
      await loop.stop();
    });

    it('tells once why it cannot be had, and not as a failure of a turn', async () => {
      const { lead, options } = leadOf(true);
      lead.failure = new Error('no database');
      const { loop, turns, told } = looping(well, { lead: options });
      loop.start();
      await pass(1_000);
      lead.failure = undefined;
      await pass(1_000);
      await loop.stop();
      expect(lead.lost).toEqual(['no database']);
      expect(told).toEqual([]);
      expect(turns).toEqual([1_200]);
    });

    it('keeps it where a turn fails', async () => {
      const { options } = leadOf(true);
      const { loop, told } = looping(
        (n) => (n === 1 ? Promise.reject(new Error('once')) : Promise.resolve()),
        {
          lead: options,
        },
      );
      loop.start();
      await pass(1_000);
      await loop.stop();
      expect(told).toEqual(['once', 1]);
    });
  });
});
