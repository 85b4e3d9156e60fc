import type { EventStore } from '@smartkey/event-store';
import type { RecordedEvent, ContractId } from '@smartkey/kernel';
import { publishedLogEvent } from '@smartkey/transparency';
import { shownPersonData } from './stored-person-events.ts';

/** The gateway's own log among those of the services. */
export const OWN_LOG = 'gateway';

/** An event of a person as the audit shows it. */
export interface PersonMessage {
  readonly id: string;
  readonly source: typeof OWN_LOG;
  readonly type: string;
  readonly version: number;
  readonly stream: string;
  readonly revision: number;
  readonly position: bigint;
  readonly occurredAt: RecordedEvent['occurredAt'];
  readonly recordedAt: RecordedEvent['recordedAt'];
  readonly contract?: ContractId;
  /** Without personal data, and without reasons that people wrote. */
  readonly data: object;
}

interface PersonPage {
  readonly messages: readonly PersonMessage[];
  readonly upTo: bigint;
  readonly settled: bigint;
}

/** The log of people, read for the audit alone: it is not published to the services. */
export class PeopleFeed {
  constructor(private readonly store: Pick<EventStore, 'readAll' | 'settledPosition'>) {}

  async read(request: { readonly after: bigint; readonly limit: number }): Promise<PersonPage> {
    const { events, upTo } = await this.store.readAll(request);
    const settled = events.length < request.limit ? upTo : await this.store.settledPosition();
    return { messages: events.map(shown), upTo, settled: settled > upTo ? settled : upTo };
  }
}

function shown(event: RecordedEvent): PersonMessage {
  const { id, type, version, stream, revision, position, occurredAt, recordedAt } = event;
  const data = publishedLogEvent(event)?.data ?? shownPersonData(event);
  const { contract } = data as { readonly contract?: ContractId };
  return {
    id,
    source: OWN_LOG,
    type,
    version,
    stream,
    revision,
    position,
    occurredAt,
    recordedAt,
    ...(contract !== undefined && { contract }),
    data,
  };
}
