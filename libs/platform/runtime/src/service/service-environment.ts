import type { DatabaseServer } from '@smartkey/database';
import type { EventBus, FeedDirectory } from '@smartkey/event-bus';
import type { Environment } from '@smartkey/configuration';
import type { KafkaBus } from '@smartkey/kafka';
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
  /** What goes with a bus of this service's own on brokers: there it does not follow the logs by itself. */
  readonly onBrokers?: Partial<
    Pick<KafkaBus, 'relayOf' | 'onAssigned' | 'unreadable' | 'lostOfLog' | 'check'>
  >;
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
