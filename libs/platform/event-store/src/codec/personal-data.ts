import type { NewEvent, RecordedEvent } from '@smartkey/kernel';
import { isShared, type SharedSeal, type SubjectKeys } from '@smartkey/secrets';
import type { StreamEvents } from './stream-events.ts';

type Data = Readonly<Record<string, unknown>>;

export interface PersonalData {
  /**
   * Names of fields of `data`, with dots into objects: `applicant.name`. Each stands for itself after an erasure, so name
   * the leaves. Absent fields and `null` stay as they are.
   */
  readonly fields: readonly string[];
  /**
   * The same of fields that other services must open too, and that are kept by law: sealed under a key that all services can derive.
   * What is published of them is what the log holds.
   */
  readonly shared?: readonly string[];
  /** Whose data it is: the id that its key goes by. From the stream's name and the fields that are not personal. */
  subject(stream: string, data: Data): string;
}

/** What stands in the place of a personal value whose subject's key was erased. */
export const ERASED = '[erased]';

/** How a personal value stands in the log. */
export interface SealedValue {
  readonly sealed: string;
}

const isSealed = (value: unknown): value is SealedValue =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).length === 1 &&
  typeof (value as Partial<SealedValue>).sealed === 'string';

type PersonalOf = (type: string) => PersonalData | undefined;

/** One place of one event's data. */
interface Place {
  readonly subject: string;
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

/** With what personal data are sealed and opened. */
export interface PersonalKeys {
  readonly subjects: SubjectKeys;
  /** Where a form has shared fields. */
  readonly shared?: SharedSeal | undefined;
}

function sharedSeal({ shared }: PersonalKeys): SharedSeal {
  if (shared === undefined) throw new TypeError('there is no key for what services share of a subject');
  return shared;
}

/** A value that was sealed for all services, opened; one from before it was sealed is as it is. */
export const openShared = <T>(seal: SharedSeal, subject: string, value: T | SealedValue): T =>
  isSealed(value) ? (JSON.parse(seal.open(subject, value.sealed)) as T) : value;

/** A value sealed for all services. */
export const sealShared = (seal: SharedSeal, subject: string, value: unknown): SealedValue => ({
  sealed: seal.seal(subject, JSON.stringify(value)),
});

/** Replaces every personal value by its sealed form. */
export async function sealFields(
  keys: PersonalKeys,
  batch: readonly StreamEvents[],
  personalOf: PersonalOf,
): Promise<readonly StreamEvents[]> {
  const places: Place[] = [];
  const sealed = batch.map(({ stream, events }) => ({
    stream,
    events: events.map((event): NewEvent => {
      const personal = personalOf(event.type);
      if (!personal) return event;
      const data = structuredClone(event.data) as Record<string, unknown>;
      const subject = personal.subject(stream, data);
      for (const field of personal.fields) collect(places, subject, data, field.split('.'));
      const shared: Place[] = [];
      for (const field of personal.shared ?? []) collect(shared, subject, data, field.split('.'));
      for (const { holder, key } of shared) holder[key] = sealShared(sharedSeal(keys), subject, holder[key]);
      return { ...event, data };
    }),
  }));
  const groups = bySubject(places);
  if (groups.length === 0) return sealed;
  const texts = await keys.subjects.sealMany(
    groups.map(([subject, its]) => ({
      subject,
      texts: its.map(({ holder, key }) => JSON.stringify(holder[key])),
    })),
  );
  fill(groups, (group, place): SealedValue => ({ sealed: texts[group]![place]! }));
  return sealed;
}

/** Opens every sealed value; `[erased]` where the key is gone. */
export async function openFields(
  keys: PersonalKeys,
  events: readonly RecordedEvent[],
  personalOf: PersonalOf,
): Promise<readonly RecordedEvent[]> {
  const places: Place[] = [];
  const opened = events.map((event): RecordedEvent => {
    const personal = personalOf(event.type);
    if (!personal) return event;
    const data = structuredClone(event.data) as Record<string, unknown>;
    const subject = personal.subject(event.stream, data);
    const found: Place[] = [];
    // By what is found, not by name: an older version may have called its fields otherwise.
    collectSealed(found, subject, data);
    for (const place of found) {
      const { holder, key } = place;
      const value = holder[key] as SealedValue;
      if (isShared(value.sealed)) holder[key] = openShared(sharedSeal(keys), subject, value);
      else places.push(place);
    }
    return { ...event, data };
  });
  const groups = bySubject(places);
  if (groups.length === 0) return opened;
  const texts = await keys.subjects.openMany(
    groups.map(([subject, its]) => ({
      subject,
      sealed: its.map(({ holder, key }) => (holder[key] as SealedValue).sealed),
    })),
  );
  fill(groups, (group, place) => {
    const text = texts[group]![place];
    return text === undefined ? ERASED : (JSON.parse(text) as unknown);
  });
  return opened;
}

/** Whose key opens what is sealed in an event as the log holds it; undefined where nothing is, or all services have the key. */
export function sealedSubject(event: RecordedEvent, personal: PersonalData | undefined): string | undefined {
  if (personal === undefined) return undefined;
  const data = event.data as Record<string, unknown>;
  const subject = personal.subject(event.stream, data);
  const found: Place[] = [];
  collectSealed(found, subject, data);
  return found.some(({ holder, key }) => !isShared((holder[key] as SealedValue).sealed))
    ? subject
    : undefined;
}

function collect(
  places: Place[],
  subject: string,
  data: Record<string, unknown>,
  path: readonly string[],
): void {
  let holder = data;
  for (const name of path.slice(0, -1)) {
    const next = holder[name];
    if (typeof next !== 'object' || next === null) return;
    holder = next as Record<string, unknown>;
  }
  const key = path.at(-1)!;
  if (holder[key] !== undefined && holder[key] !== null) places.push({ subject, holder, key });
}

function collectSealed(places: Place[], subject: string, holder: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(holder)) {
    if (isSealed(value)) places.push({ subject, holder, key });
    else if (typeof value === 'object' && value !== null)
      collectSealed(places, subject, value as Record<string, unknown>);
  }
}

type Groups = readonly (readonly [subject: string, places: readonly Place[]])[];

function bySubject(places: readonly Place[]): Groups {
  const groups = new Map<string, Place[]>();
  for (const place of places) {
    const its = groups.get(place.subject);
    if (its) its.push(place);
    else groups.set(place.subject, [place]);
  }
  return [...groups];
}

function fill(groups: Groups, valueOf: (group: number, place: number) => unknown): void {
  groups.forEach(([, its], group) =>
    its.forEach(({ holder, key }, place) => {
      holder[key] = valueOf(group, place);
    }),
  );
}
