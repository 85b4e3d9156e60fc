import type { DomainEvent, Fact, NewEvent, RecordedEvent } from '@smartkey/kernel';
import type { SharedSeal, SubjectKeys } from '@smartkey/secrets';
import type { StreamEvents } from './stream-events.ts';
import { openFields, sealFields, type PersonalData, type PersonalKeys } from './personal-data.ts';

/** Brings `data` of one version to the shape of the next. */
export type Upcast = (data: Readonly<Record<string, unknown>>) => object;

/** What the log must know of one type of event. */
export interface EventForm {
  /** One step a version: the first from version 1 to 2. The current version is one more than there are steps. */
  readonly upcasts?: readonly Upcast[];
  /** The fields of `data` that are personal and whose they are; sealed in the log. */
  readonly personal?: PersonalData;
}

/** A form for every type of event of an aggregate. */
export type EventForms<Event extends DomainEvent> = { readonly [Type in Event['type']]: EventForm };

/** An event of the log in the shape that the domain knows: opened, in its current version. */
export type DecodedEvent<Event extends DomainEvent = DomainEvent> = RecordedEvent & Fact<Event>;

/** A type or version that this program does not know: written by a newer one, or by another aggregate. */
export class UnknownEventError extends Error {
  override readonly name = 'UnknownEventError';
  constructor(
    readonly type: string,
    readonly version: number,
    readonly current: number | undefined,
  ) {
    super(
      current === undefined
        ? `no form is known for events of type ${type}`
        : `${type} is known up to version ${current}, not in version ${version}`,
    );
  }
}

/** Between the shapes of the domain and what the log holds: upcasts old versions, seals and opens personal data. */
export class EventCodec<Event extends DomainEvent> {
  readonly #forms: ReadonlyMap<string, EventForm>;
  readonly #keys: PersonalKeys | undefined;

  /** @throws TypeError where a form names personal data and there are no keys to seal it with. */
  constructor(forms: EventForms<Event>, keys?: SubjectKeys, shared?: SharedSeal) {
    this.#forms = new Map(Object.entries<EventForm>(forms));
    this.#keys = keys && { subjects: keys, shared };
    for (const [type, form] of this.#forms)
      if (form.personal && !keys)
        throw new TypeError(`${type} holds personal data, but there are no subject keys`);
      else if (form.personal?.shared && !shared)
        throw new TypeError(`${type} holds personal data that services share, but there is no key for them`);
  }

  /** @throws UnknownEventError for a type without form or a version other than the current one. */
  async encode(stream: string, events: readonly NewEvent[]): Promise<readonly NewEvent[]> {
    const [encoded] = await this.encodeMany([{ stream, events }]);
    return encoded!.events;
  }

  /** The same for many streams at once: one call makes the missing keys of all subjects. */
  async encodeMany(batch: readonly StreamEvents[]): Promise<readonly StreamEvents[]> {
    for (const { events } of batch)
      for (const { type, version } of events)
        if (version !== this.#current(type, version))
          throw new UnknownEventError(type, version, this.#current(type, version));
    if (!this.#keys) return batch;
    return sealFields(this.#keys, batch, (type) => this.#forms.get(type)?.personal);
  }

  /** @throws UnknownEventError for a type without form or a version newer than the current one. */
  async decode(events: readonly RecordedEvent[]): Promise<readonly DecodedEvent<Event>[]> {
    const opened = this.#keys
      ? await openFields(this.#keys, events, (type) => this.#forms.get(type)?.personal)
      : events;
    return opened.map((event) => this.#upcast(event) as DecodedEvent<Event>);
  }

  #upcast(event: RecordedEvent): RecordedEvent {
    const current = this.#current(event.type, event.version);
    if (event.version === current) return event;
    if (event.version < 1 || event.version > current)
      throw new UnknownEventError(event.type, event.version, current);
    const steps = this.#forms.get(event.type)!.upcasts!.slice(event.version - 1);
    const data = steps.reduce<object>((shape, step) => step(shape as Record<string, unknown>), event.data);
    return { ...event, version: current, data };
  }

  #current(type: string, version: number): number {
    const form = this.#forms.get(type);
    if (!form) throw new UnknownEventError(type, version, undefined);
    return (form.upcasts?.length ?? 0) + 1;
  }
}
