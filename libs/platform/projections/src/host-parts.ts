import type { Database } from '@smartkey/database';
import type { EventBus, LogFeeds, ServiceName } from '@smartkey/event-bus';
import type { Clock } from '@smartkey/kernel';
import type { Logger } from 'pino';
import type { Generations } from './generations/generations.ts';
import type { MarkBoard } from './marks/mark-board.ts';
import type { Marks } from './marks/marks.ts';
import type { Progress } from './marks/progress.ts';
import type { SourcesStanding } from './marks/sources-standing.ts';
import type { GapFilled } from './projector/intake.ts';
import type { Parking } from './projector/parking.ts';

/** What all projections and reactors of one service share. */
export interface HostParts {
  readonly service: ServiceName;
  readonly database: Database;
  readonly bus: EventBus;
  readonly feeds: LogFeeds;
  /** The last position in the settled part of this service's own log that may hold a message. */
  readonly settled: () => Promise<bigint>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Most messages of one transaction of a projection (default 5,000). */
  readonly batch?: number;
  /** What the service's readers were told of the logs; missing: nobody asks. */
  readonly standing?: SourcesStanding;
  /** Told of each gap that was filled. */
  readonly onGapFilled?: (gap: GapFilled) => void;
}

export interface SharedParts extends HostParts {
  readonly marks: Marks;
  readonly parking: Parking;
  readonly generations: Generations;
  readonly board: MarkBoard;
  readonly progress: Progress;
  readonly standing: SourcesStanding;
}

/** A generation that has read what some of its sources have given up. */
export interface GivenUp {
  readonly generation: string;
  readonly sources: ReadonlySet<ServiceName>;
}

/** A projection is being built already, here or by another instance. */
export class RebuildRunningError extends Error {
  override readonly name = 'RebuildRunningError';
}
