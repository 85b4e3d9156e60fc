import type { Database } from '@smartkey/database';
import { type EventStore, FollowedLosses } from '@smartkey/event-store';
import type { Clock } from '@smartkey/kernel';
import type { ProvedLog } from '@smartkey/transparency';
import { AskedService } from '../forwarding/asked-service.ts';
import type { OwnerPort } from '../forwarding/owner-request.ts';
import type { Signatories } from '../keys/signatories.ts';
import type { ServiceName } from '@smartkey/event-bus';
import { LogLosses } from './log-losses.ts';
import { OwnLog } from './own-log.ts';
import { UnknownActors } from './unknown-actors.ts';

/** The losses of all logs, each with whom to ask about it. */
export function openLogLosses(parts: {
  readonly services: Readonly<Record<ServiceName, OwnerPort>>;
  readonly token: string;
  readonly signatories: Pick<Signatories, 'of'>;
  readonly database: Database;
  /** The gateway's own log. */
  readonly store: EventStore;
  readonly proved: Pick<ProvedLog, 'settings' | 'restore'>;
  readonly clock: Pick<Clock, 'now'>;
}): LogLosses {
  const { services, token, database } = parts;
  const asked = {
    contract: new AskedService(services.contract, token),
    'device-registry': new AskedService(services['device-registry'], token),
    authentication: new AskedService(services.authentication, token),
    billing: new AskedService(services.billing, token),
  };
  const unknown = new UnknownActors(database, asked);
  const losses = new FollowedLosses(database);
  const findings = () => losses.findings();
  return new LogLosses(
    asked,
    {
      log: new OwnLog({ ...parts, unknown, findings }),
      unknown,
      findings,
    },
    parts.signatories,
  );
}
