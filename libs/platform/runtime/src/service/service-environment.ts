import type { DatabaseServer } from '@smartkey/database';
import type { EventBus, FeedDirectory, LogRelay, LogToPublish } from '@smartkey/event-bus';
import type { Environment } from '@smartkey/configuration';
import type { KafkaBus, UnreadableRecords } from '@smartkey/kafka';
import type { KeyMaterial } from '@smartkey/secrets';
import type { Instant } from '@smartkey/kernel';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { BusinessClock } from '../clock/business-clock.ts';
import type { ServiceLogs } from '../log/service-logs.ts';
import type { PeerDirectory } from '../peers/http-peers.ts';

/** What the services of one process share, opened and closed by whoever runs them. */
export interface ServiceEnvironment {
  readonly server: DatabaseServer;
  /** Where the logs lie; in the services' schemas where missing. */
  readonly logs?: ServiceLogs;
  /** One clock for all; where missing, the service opens the one kept in its own schema. */
  readonly clock?: BusinessClock;
  readonly clockSettings: { readonly mode: 'system' | 'sandbox'; readonly start?: Instant };
  readonly material: KeyMaterial;
  /** Where signed checkpoints of the logs are kept where `SMARTKEY_CHECKPOINT_DIR` names no folder; missing: nowhere. */
  readonly checkpointFolder?: string;
  readonly feeds: FeedDirectory;
  readonly bus: EventBus;
  /** Where the bus does not follow the logs by itself. Called before the service's projections are opened. */
  readonly relayOf?: (log: LogToPublish) => Promise<LogRelay>;
  /** Calls back whenever the bus brings other partitions than before. */
  readonly onAssigned?: (listener: () => void) => void;
  /** What the bus could not read for this service. */
  readonly unreadable?: UnreadableRecords;
  /** What the service's topic holds and its log lacks; missing where the bus has no topics. */
  readonly lostOfLog?: KafkaBus['lostOfLog'];
  /** @throws where the bus has brought nothing for longer than so many milliseconds (system time), and should have. */
  readonly checkBus?: (mostMillis: number) => void;
  readonly peers: PeerDirectory;
  readonly log: Logger;
  readonly metrics: Registry;
  /** Environment variables, for the services' own settings. */
  readonly variables: Environment;
  readonly host: string;
  readonly watermarkMillis: number;
}

/** The schema of a service's tables. */
export const schemaOf = (service: string): string => service.replaceAll('-', '_');
