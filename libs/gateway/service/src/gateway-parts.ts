import type { Database } from '@smartkey/database';
import { HttpLogFeed, type LogFeeds, type ServiceName, SERVICES } from '@smartkey/event-bus';
import { internalHeaders } from '@smartkey/http';
import type { Clock } from '@smartkey/kernel';
import type { Mailer } from '@smartkey/mail';
import type { SecretBox, SubjectKeys } from '@smartkey/secrets';
import type { ProvedLog, ProvedLogParts } from '@smartkey/transparency';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Owner } from './forwarding/ownership.ts';
import { type ConnectWithin, ServiceOwner } from './forwarding/service-owner.ts';
import type { GatewaySettings } from './settings/gateway-settings.ts';

/** What a gateway is made of. Its database has `gatewayMigrations` applied. */
export interface GatewayParts {
  readonly settings: GatewaySettings;
  /** The first operator key; see `openOperatorKey`. */
  readonly operatorKey: string;
  /** Base URL of each service. */
  readonly services: Readonly<Record<ServiceName, string>>;
  /** How those of this very process are reached, in place of a socket. */
  readonly within?: Readonly<Partial<Record<ServiceName, ConnectWithin>>>;
  /** Base URLs of all instances of a service that has several, for each must be told of the sandbox clock. */
  readonly instances?: ReadonlyMap<ServiceName, readonly string[]>;
  readonly internalToken: string;
  readonly database: Database;
  readonly secretBox: SecretBox;
  readonly subjectKeys: SubjectKeys;
  /** What digests of addresses and accounts of people derive from. */
  readonly lookupKey: Uint8Array;
  /** Opens the gateway's own log with its tree and checkpoints. */
  readonly openProvedLog: (
    parts: Pick<ProvedLogParts, 'database' | 'store' | 'needs' | 'keeping'>,
  ) => Promise<ProvedLog>;
  /** Hands over what the gateway's outbox holds. */
  readonly mailer: Mailer;
  /** Mails go by a server; else they are laid into a folder of it, and who invites is shown the link. */
  readonly mailsBySmtp?: boolean;
  /** Business time; a `SandboxClock` can be moved by PUT /v1/sandbox/clock. */
  readonly clock: Clock;
  /** Milliseconds of the system's clock, by which sessions go (default: the machine's). */
  readonly systemNow?: () => number;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Milliseconds between two looks for what contracts are told of by mail (default 10,000); 0: nobody is told. */
  readonly noticeMillis?: number;
  /** No other gateway uses this database: what a former process left under way is let go at once. */
  readonly alone?: boolean;
}

export type Services = Readonly<Record<ServiceName, ServiceOwner>>;
export type ServiceOwners = Readonly<Record<Owner, ServiceOwner>>;

export function feedsOf({ services, internalToken }: GatewayParts): LogFeeds {
  const headers = internalHeaders({ token: internalToken });
  const feeds = new Map(
    SERVICES.map(
      (name) => [name, new HttpLogFeed({ url: () => services[name], headers, peer: name })] as const,
    ),
  );
  return { read: (source, request) => feeds.get(source)!.read(request) };
}
