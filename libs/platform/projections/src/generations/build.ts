import type { LogFeeds, ServiceName } from '@smartkey/event-bus';
import { rest } from '@smartkey/lifecycle';
import type { HeldMark } from '../marks/marks.ts';
import type { SourcesStanding } from '../marks/sources-standing.ts';
import type { Projector } from '../projector/projector.ts';
import type { CarryOver, Generation, Generations } from './generations.ts';
import { readLog } from './read-log.ts';

/** Between two looks whether a build has seen all that the generation which serves has (system time). */
const BEHIND_MILLIS = 20;

interface ReadParts {
  readonly partitions: (source: ServiceName) => Promise<number>;
  /** What the owner of a log knows the build by. */
  readonly reader: (partition: number) => string;
  readonly stop: AbortSignal;
}

export interface TakePlaceParts extends ReadParts {
  readonly feeds: LogFeeds;
  readonly generations: Generations;
  readonly standing: SourcesStanding;
  readonly carryOver: CarryOver | undefined;
  readonly gaveUp: (mark: HeldMark) => boolean;
}

/**
 * Reads the logs into a generation until it has seen all that the one which serves has, and lets it serve.
 * @returns the name of the one that it has replaced.
 * @throws SourceLacksEventError where the one that serves has read what its source lacks and has not given up: that may never come again; what
 * the feeds, the projector and the swap throw.
 */
export async function takePlace(
  next: Generation,
  projector: Projector,
  { generations, feeds, standing, carryOver, gaveUp, ...parts }: TakePlaceParts,
): Promise<string | undefined> {
  for (;;) {
    await readToTheEnd(projector, feeds, parts);
    const live = await generations.live(next.projection);
    const ahead = await generations.swap(next, carryOver, gaveUp);
    if (ahead.length === 0) return live?.generation;
    for (const source of ahead) standing.mustHold(source);
    await rest(BEHIND_MILLIS, parts.stop);
  }
}

/** Reads the logs into a generation until it has seen their settled ends. */
async function readToTheEnd(
  projector: Projector,
  feeds: LogFeeds,
  { partitions, reader, stop }: ReadParts,
): Promise<void> {
  for (const source of projector.sources)
    await readLog({ projector, feeds, source, of: await partitions(source), reader, stop });
}
