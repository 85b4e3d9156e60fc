import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Database, type DatabaseServer, migrate, openPglite } from '@smartkey/database';
import { until } from '@smartkey/testing';
import {
  CLOCK_MIGRATION,
  ClockBackwardsError,
  ClockUnavailableError,
  openClock,
  SandboxClock,
} from './business-clock.ts';

describe('the business clock', () => {
  let server: DatabaseServer;
  let schemas = 0;
  beforeAll(async () => {
    server = await openPglite(undefined);
  });
  afterAll(() => server.close());
  const fresh = async (): Promise<Database> => {
    const database = await server.database(`clock_${(schemas += 1)}`);
    await migrate(database, [CLOCK_MIGRATION], 'runtime');
    return database;
  };

  it('stands still in the sandbox, goes forward only, and survives a restart: what is stored beats the setting', async () => {
    const database = await fresh();
    const clock = (await openClock(database, {
      mode: 'sandbox',
      start: '2018-01-01T00:00:00.000Z',
    })) as SandboxClock;
    expect(clock.now()).toBe('2018-01-01T00:00:00.000Z');
    await clock.takeOver('2018-02-01T00:00:00.000Z');
    await clock.takeOver('2018-02-01T00:00:00.000Z');
    await expect(clock.takeOver('2018-01-31T00:00:00.000Z')).rejects.toThrow(ClockBackwardsError);
    expect(clock.now()).toBe('2018-02-01T00:00:00.000Z');
    const again = await openClock(database, { mode: 'sandbox', start: '2018-01-01T00:00:00.000Z' });
    expect(again.now()).toBe('2018-02-01T00:00:00.000Z');
  });

  it('begins at the machine’s time where the sandbox is given no start', async () => {
    const before = new Date().toISOString();
    const clock = await openClock(await fresh(), { mode: 'sandbox' });
    expect(clock.now() >= before).toBe(true);
    expect(clock.now()).toBe(clock.now());
  });

  it.each([
    ['sandbox', 'system'],
    ['system', 'sandbox'],
  ] as const)('refuses data begun with the %s clock to run on by the %s clock', async (first, second) => {
    const database = await fresh();
    await openClock(database, { mode: first });
    await expect(openClock(database, { mode: second })).rejects.toThrow(/^SMARTKEY_CLOCK /);
  });

  it('is the machine’s where it is the system’s', async () => {
    const clock = await openClock(await fresh(), { mode: 'system' });
    const before = new Date().toISOString();
    const now = clock.now();
    expect(now >= before && now <= new Date().toISOString()).toBe(true);
    expect(clock.mode).toBe('system');
  });

  describe('followed by one of several processes', () => {
    const LEASE = 1_000;
    const START = '2018-01-01T00:00:00.000Z';
    const MOVED = '2018-02-01T00:00:00.000Z';
    let database: Database;
    let clock: SandboxClock;
    let stop: () => void;
    const open = async (): Promise<SandboxClock> =>
      (await openClock(database, { mode: 'sandbox', start: START })) as SandboxClock;
    beforeEach(async () => {
      database = await fresh();
      clock = await open();
      stop = clock.follow((error) => {
        throw error;
      }, LEASE);
    });
    afterEach(() => stop());
    /** On a busy machine it is looked at too seldom for a while, and says nothing. */
    const said = (): string | undefined => {
      try {
        return clock.now();
      } catch (error) {
        if (!(error instanceof ClockUnavailableError)) throw error;
        return undefined;
      }
    };

    it('is where another process has set it, without being told', async () => {
      await (await open()).takeOver(MOVED);
      await until(() => said() === MOVED);
    });

    it('is not gone by after a pause before it was looked at again: others may have moved it', async () => {
      const other = await open();
      await other.takeOver(MOVED);
      // As a stopped process: nothing of it runs.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * LEASE);
      expect(() => clock.now()).toThrow(ClockUnavailableError);
      await clock.refresh();
      expect(clock.now()).toBe(MOVED);
    });

    it('is not gone by from the moment that its process might have missed being told', async () => {
      clock.distrust();
      expect(() => clock.now()).toThrow(ClockUnavailableError);
      await clock.takeOver(MOVED);
      expect(clock.now()).toBe(MOVED);
    });
  });
});
