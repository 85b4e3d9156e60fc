import type { LoopOptions } from '@smartkey/lifecycle';
import type { Logger } from 'pino';
import { ProjectionRebuildingError } from './generations/live-reader.ts';

/**
 * How a loop that works on read models tells of turns that fail. While those are being built, as after an upgrade, nothing has failed
 * and nothing is counted: the work waits.
 * @param work in the singular, `closing`.
 */
export const failingWork = (
  log: Logger,
  work: string,
  count?: (error: unknown) => void,
): Pick<LoopOptions, 'count' | 'tell' | 'over'> => ({
  count: (error) => {
    if (!isBeingBuilt(error)) count?.(error);
  },
  tell: (error) => {
    if (isBeingBuilt(error)) log.info({ err: error }, `${work} waits for read models to be built`);
    else log.error({ err: error }, `${work} failed, to be taken up again`);
  },
  over: (failures) => log.info({ failures }, `${work} goes on`),
});

const isBeingBuilt = (error: unknown): boolean => error instanceof ProjectionRebuildingError;
