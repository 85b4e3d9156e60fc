import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type PostgresHarness, startPostgres } from '@smartkey/testing';
import { startStandalone } from './standalone.ts';

/** As many as this many statements a second may be sent while nothing goes on. */
const MOST_A_SECOND = 4;
const QUIET_SECONDS = 4;
const MOST = MOST_A_SECOND * QUIET_SECONDS;
/** By then it has come to rest. */
const LOOKS = 15;

/** Statements sent to the database so far. */
async function statementsOf(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^smartkey_database_statements (\d+)$/m.exec(text)![1]);
}

/** Statements of some seconds, without those that looking for them takes. */
async function statementsIn(url: string, seconds: number): Promise<number> {
  const first = await statementsOf(url);
  const before = await statementsOf(url);
  await pause(seconds * 1_000);
  return (await statementsOf(url)) - before - (before - first);
}

describe('a program that nobody asks anything', () => {
  let postgres: PostgresHarness;
  beforeAll(async () => {
    postgres = await startPostgres({ fsync: 'on' });
  });
  afterAll(() => postgres.stop());

  it.each([
    ['the embedded database', () => Promise.resolve({})],
    ['a PostgreSQL server', async () => ({ DATABASE_URL: await postgres.createDatabase() })],
  ])('asks hardly anything of %s', async (_what, variables) => {
    const folder = await mkdtemp(join(tmpdir(), 'smartkey-rest-'));
    const environment = {
      SMARTKEY_DATA_DIR: folder,
      SMARTKEY_LOG_LEVEL: 'error',
      SMARTKEY_OPERATOR_KEY: 'operator-key-of-a-test',
      PORT: '0',
      ...(await variables()),
    };
    const running = await startStandalone({ environment });
    try {
      // The watermarks of the start go from service to service, one after another: how long that takes depends on the machine.
      let asked = await statementsIn(running.url, QUIET_SECONDS);
      for (let looks = 1; looks < LOOKS && asked >= MOST; looks += 1)
        asked = await statementsIn(running.url, QUIET_SECONDS);
      expect(asked).toBeLessThan(MOST);
    } finally {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
