import { expect, it } from '@jest/globals';
import { UnavailableError } from '@smartkey/lifecycle';
import type { Logger } from 'pino';
import { failingWork } from './failing-work.ts';
import { ProjectionRebuildingError } from './generations/live-reader.ts';

it.each([
  [new ProjectionRebuildingError('documents'), ['info', 'closing waits for read models to be built'], 0],
  [new UnavailableError('no database'), ['warn', 'closing waits for what it needs'], 1],
  [new Error('a defect'), ['error', 'closing failed, to be taken up again'], 1],
])('%s is told as what it is', (error, said, counted) => {
  const told: string[][] = [];
  const at =
    (level: string) =>
    (_fields: object, message: string): void =>
      void told.push([level, message]);
  let count = 0;
  const log = { info: at('info'), warn: at('warn'), error: at('error') } as unknown as Logger;
  const work = failingWork(log, 'closing', () => (count += 1));
  work.tell(error);
  work.count!(error);
  work.over!(3);
  expect(told).toEqual([said, ['info', 'closing goes on']]);
  expect(count).toBe(counted);
});
