import { describe, expect, it } from '@jest/globals';
import type { Database } from '@smartkey/database';
import { ProjectionRebuildingError } from '@smartkey/projections';
import { TestClock, until } from '@smartkey/testing';
import { pino } from 'pino';
import type { ImportBatch } from './import-batch.ts';
import type { ImportRetention } from './import-retention.ts';
import type { ImportStore } from './import-store.ts';
import { ImportWorker } from './import-worker.ts';

/** At what level a turn that fails is told of. */
async function levelOf(failure: Error): Promise<string> {
  const levels: string[] = [];
  const log = pino(
    { formatters: { level: (level) => ({ level }) } },
    { write: (line: string) => void levels.push((JSON.parse(line) as { level: string }).level) },
  );
  const database: Pick<Database, 'exclusively'> = { exclusively: () => Promise.reject(failure) };
  const nothing: unknown = {};
  const worker = new ImportWorker(
    nothing as ImportStore,
    nothing as ImportBatch,
    nothing as ImportRetention,
    database as Database,
    new TestClock('2018-01-01T00:00:00.000Z'),
    log,
  );
  worker.start();
  await until(() => levels.length > 0);
  await worker.stop();
  return levels[0]!;
}

describe('an import that is held up', () => {
  it('is an error', async () => {
    expect(await levelOf(new Error('no database'))).toBe('error');
  });

  it('is none while read models are built after an upgrade', async () => {
    expect(await levelOf(new ProjectionRebuildingError('account-directory is being rebuilt'))).toBe('info');
  });
});
