import type { StoreLogFeed } from '@smartkey/event-bus';
import type { EventStore, FollowedLosses } from '@smartkey/event-store';
import type { UnreadableRecords } from '@smartkey/kafka';
import type { Instant } from '@smartkey/kernel';
import type { ProjectionHost } from '@smartkey/projections';
import type { ProvedLog } from '@smartkey/transparency';
import type { Logger } from 'pino';
import type { AnchorWatch } from '../log/anchor-watch.ts';
import type { LostFacts } from '../log/lost-facts.ts';
import type { BusinessClock } from '../clock/business-clock.ts';
import type { DueWork } from '../service-definition.ts';

/** What the internal controllers of a service work on. */
export abstract class InternalParts {
  abstract readonly feed: StoreLogFeed;
  abstract readonly store: Pick<EventStore, 'standing' | 'last' | 'readAll'>;
  /** The second of two persons gives up what the log lacks. @throws LossRefusedError */
  abstract acceptLoss(by: string, proposed: string): Promise<void>;
  /** What the topic tells of the events that the log lacks. */
  abstract readonly lost: LostFacts;
  /** What losses have left for a person, and events that do not open. */
  abstract readonly findings: Pick<FollowedLosses, 'findings'>;
  abstract readonly watch: AnchorWatch;
  abstract readonly projections: ProjectionHost;
  abstract readonly clock: BusinessClock;
  abstract readonly dueWork: DueWork | undefined;
  /** Missing where the bus is no broker. */
  abstract readonly unreadable: UnreadableRecords | undefined;
  abstract readonly log: Logger;
  /** Somebody waits for the watermark to pass the instant. */
  abstract want(instant: Instant): void;
  /** This service's log with its tree and checkpoints. */
  abstract readonly proved: ProvedLog;
  /**
   * Runs what is due and raises the watermark to the instant, and lets the service do its own work due by then.
   * @returns false where that takes longer than a caller would wait.
   */
  abstract settle(instant: Instant): Promise<boolean>;
}
