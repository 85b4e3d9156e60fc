import { authenticationService } from '@smartkey/authentication-service';
import { auditedForms as billingForms, billingService, openedInvoice } from '@smartkey/billing-service';
import { auditedForms as contractForms, contractService } from '@smartkey/contract-service';
import { auditedForms as registryForms, deviceRegistryService } from '@smartkey/device-registry-service';
import {
  EventCodec,
  type AsOf,
  type EventForm,
  type EventForms,
  type EventStore,
} from '@smartkey/event-store';
import type { ServiceName } from '@smartkey/event-bus';
import type { ContractId, DomainEvent, EventMetadata, Instant, RecordedEvent } from '@smartkey/kernel';
import { publishedBy, type ServiceDefinition } from '@smartkey/runtime';
import type { SharedSeal, SubjectKeys } from '@smartkey/secrets';
import { Chains, type BrokenEvent } from './chains.ts';
import { scan } from './scan.ts';

/** An event as a court would read it. */
export interface HistoryLine {
  readonly log: ServiceName;
  readonly position: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly version: number;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly actor: EventMetadata['actor'];
  /** The command that asked for it, and the event that led to it where nobody asked. */
  readonly cause: { readonly command: string; readonly event?: string };
  readonly termsVersion?: string;
  /** Opened; what was erased says so. */
  readonly data: object;
  /** Over the previous one and the event as it lies in the log, sealed. */
  readonly hash: string;
  readonly previous: string;
}

interface Audited {
  readonly definition: ServiceDefinition;
  /** Of the events that hold something sealed, or have older versions. */
  readonly forms: Readonly<Record<string, EventForm>>;
}

/** Where a contract's history lies, in the order in which it is read. */
const AUDITED = {
  contract: { definition: contractService, forms: contractForms },
  'device-registry': { definition: deviceRegistryService, forms: registryForms },
  authentication: { definition: authenticationService, forms: {} },
  billing: { definition: billingService, forms: billingForms },
} as const satisfies Readonly<Record<ServiceName, Audited>>;

/** A log to be read, and with what it is opened. */
export interface OpenedLog {
  readonly service: ServiceName;
  readonly store: EventStore;
  readonly subjectKeys: SubjectKeys;
  readonly parties: SharedSeal;
}

export interface Wanted extends AsOf {
  readonly contract: ContractId;
}

const DOCUMENTS = 'series-';

/**
 * All that one log says of a contract, in its order. Hashes are followed within the streams that are the contract's own from their
 * beginnings; documents stand in streams with those of others, whose hashes `verify` follows.
 */
export async function* historyOf(
  { service, store, subjectKeys, parties }: OpenedLog,
  { contract, asOf, knownAt }: Wanted,
  broken: BrokenEvent[],
  told: (read: number) => void,
): AsyncGenerator<HistoryLine> {
  const { definition, forms } = AUDITED[service] as Audited;
  const chains = new Chains();
  for await (const page of scan(store, told)) {
    const own = page.filter((event) => publishedBy(definition)(event).contract === contract);
    if (own.length === 0) continue;
    const opened = await openedEvents(own, forms, subjectKeys, parties);
    for (const [index, event] of own.entries()) {
      const previous = event.stream.startsWith(DOCUMENTS) ? undefined : chains.follow(event);
      if (asOf !== undefined && event.occurredAt > asOf) continue;
      if (knownAt !== undefined && event.recordedAt > knownAt) continue;
      yield lineOf(service, event, opened[index]!, previous ?? (await previousOf(store, event)));
    }
  }
  broken.push(...chains.broken);
}

/** What was erased says so. Events without a form hold nothing sealed, but for documents. */
async function openedEvents(
  events: readonly RecordedEvent[],
  forms: Audited['forms'],
  subjectKeys: SubjectKeys,
  parties: SharedSeal,
): Promise<readonly object[]> {
  const codec = new EventCodec(forms as EventForms<DomainEvent>, subjectKeys, parties);
  const formed = events.filter(({ type }) => Object.hasOwn(forms, type));
  const decoded = (await codec.decode(formed))[Symbol.iterator]();
  return events.map(({ type, stream, data }) => {
    if (Object.hasOwn(forms, type)) return (decoded.next().value as RecordedEvent).data;
    return stream.startsWith(DOCUMENTS) ? openedInvoice(parties, data) : data;
  });
}

async function previousOf(store: EventStore, { stream, revision }: RecordedEvent): Promise<string> {
  if (revision === 0) return '0'.repeat(64);
  const [before] = await store.readStream(stream, { from: revision - 1, limit: 1 });
  return before?.hash ?? '';
}

function lineOf(log: ServiceName, event: RecordedEvent, data: object, previous: string): HistoryLine {
  const { position, stream, revision, type, version, occurredAt, recordedAt, hash } = event;
  const { actor, commandId: command, causationId, termsVersion } = event.metadata;
  return {
    log,
    position: String(position),
    stream,
    revision,
    type,
    version,
    occurredAt,
    recordedAt,
    actor,
    cause: { command, ...(causationId !== undefined && { event: causationId }) },
    ...(termsVersion !== undefined && { termsVersion }),
    data,
    hash,
    previous,
  };
}
