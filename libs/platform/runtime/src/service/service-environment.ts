import type { DatabaseServer } from '@smartkey/database';
import type { EventBus, FeedDirectory } from '@smartkey/event-bus';
import type { KeyMaterial } from '@smartkey/secrets';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { BusinessClock } from '../clock/business-clock.ts';
import type { Environment } from '../config/settings.ts';
import type { PeerDirectory } from '../peers/http-peers.ts';

/** What the services of one process share, opened and closed by whoever runs them. */
export interface ServiceEnvironment {
  readonly server: DatabaseServer;
  /** One clock for all; where missing, the service opens the one kept in its own schema. */
  readonly clock?: BusinessClock;
  readonly clockSettings: { readonly mode: 'system' | 'sandbox'; readonly start?: string };
  readonly material: KeyMaterial;
  readonly feeds: FeedDirectory;
  readonly bus: EventBus;
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
