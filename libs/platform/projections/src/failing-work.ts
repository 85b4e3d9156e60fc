import { UnavailableError, type LoopOptions } from '@smartkey/lifecycle';
import type { Logger } from 'pino';
import { ProjectionRebuildingError } from './generations/live-reader.ts';

/**
 * How a loop tells of turns that fail, and whether they count. Where something that it needs is away, a database or a folder, nothing is wrong with the
 * work: it waits. While read models are being built, as after an upgrade, that is foreseen, and does not count.
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
    else if (error instanceof UnavailableError) log.warn({ err: error }, `${work} waits for what it needs`);
    else log.error({ err: error }, `${work} failed, to be taken up again`);
  },
  over: (failures) => log.info({ failures }, `${work} goes on`),
});

const isBeingBuilt = (error: unknown): boolean => error instanceof ProjectionRebuildingError;
