import { describe, expect, it } from '@jest/globals';
import type { Database } from '@smartkey/database';
import { ProjectionRebuildingError } from '@smartkey/projections';
import { pino } from 'pino';
import { CompletenessLoop } from './completeness-loop.ts';
import type { Completeness } from './completeness.ts';

/** What is logged and counted of a first round that fails; the loop is stopped then. */
async function toldOf(failure: Error): Promise<{ readonly level: string; readonly counted: number }> {
  let counted = 0;
  const levels: string[] = [];
  const log = pino(
    { formatters: { level: (level) => ({ level }) } },
    { write: (line: string) => void levels.push((JSON.parse(line) as { level: string }).level) },
  );
  const database: Pick<Database, 'exclusively'> = {
    exclusively: (_key, work) => work(new AbortController().signal),
  };
  const round: Completeness['round'] = () => Promise.reject(failure);
  const loop = new CompletenessLoop({
    database: database as Database,
    completeness: { round } as Completeness,
    periodMillis: 1,
    log,
    onFailure: () => (counted += 1),
  });
  loop.start();
  while (levels.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await loop.stop();
  return { level: levels[0]!, counted };
}

describe('a round of completeness that fails', () => {
  it('is an error, and counted', async () => {
    expect(await toldOf(new Error('no database'))).toMatchObject({ level: 'error', counted: 1 });
  });

  it('is none of a failure while read models are built after an upgrade', async () => {
    const building = new ProjectionRebuildingError('account-directory is being rebuilt');
    expect(await toldOf(building)).toEqual({ level: 'info', counted: 0 });
  });
});
