import { EventCodec, type EventStore } from '@smartkey/event-store';
import { derivedUuid } from '@smartkey/identity';
import { event as eventOf, type Instant, type NewEvent } from '@smartkey/kernel';
import { OperatorError } from '@smartkey/lifecycle';
import type { SubjectKeys } from '@smartkey/secrets';
import { serviceOf } from '../log/origins.ts';
import { noteSigner, verifierText } from '../note/note-key.ts';
import {
  logKeepingForms,
  logStreamOf,
  type LogKeepingEvent,
  type LogKeyRotated,
} from './log-keeping.events.ts';
import { SigningKeys, type SigningKeysParts } from './signing-keys.ts';

/** Both keys sign for so long. */
const BOTH_SIGN_SECONDS = 30 * 86_400;

/** The key of a log cannot be changed so. */
export class KeyRotationRefusedError extends OperatorError {
  override readonly name = 'KeyRotationRefusedError';
}

/** Who says why something is done to a log. */
export interface Decision {
  readonly by: string;
  readonly reason: string;
}

/** What an event about a log itself is written with. */
export interface LogKeepingParts {
  readonly store: Pick<EventStore, 'readStream' | 'append'>;
  readonly subjectKeys: SubjectKeys;
  /** Business time. */
  readonly now: Instant;
}

export interface KeyRotationParts extends LogKeepingParts {
  readonly keys: Omit<SigningKeysParts, 'store'>;
  /** Makes a key and keeps it outside the database. Missing: keys come from where nothing can be kept, and a person has put it there. */
  readonly make?: (() => Promise<Uint8Array>) | undefined;
  /** Unix time in milliseconds, of the system. */
  readonly systemNow: number;
}

/**
 * Gives a log a new key: first the key is kept outside the database, then the log says that it signs from now on. Cut off between, the next call goes on
 * with the key that was kept.
 * @throws KeyRotationRefusedError; LogWentBackError
 */
export async function rotateLogKey(
  parts: KeyRotationParts,
  decision: Decision,
): Promise<LogKeyRotated['data']> {
  const { keys, store, make, systemNow } = parts;
  const signing = new SigningKeys({ ...keys, store });
  const published = await signing.published();
  const said = new Set(published.map(({ key }) => key));
  const waiting = (await signing.signersKnown()).find(({ verifier }) => !said.has(verifierText(verifier)));
  const seed = waiting === undefined ? await make?.() : undefined;
  const next = waiting ?? (seed && noteSigner(keys.origin, seed));
  if (next === undefined)
    throw new KeyRotationRefusedError(
      `make a key (openssl rand -base64 32), put ${keys.origin}=<key> in front of SMARTKEY_LOG_KEYS of every process, start them anew, and say this again`,
    );
  const second = Math.floor(systemNow / 1_000);
  const rotated: LogKeyRotated['data'] = {
    log: keys.origin,
    key: verifierText(next.verifier),
    replaces: published.at(-1)!.key,
    from: secondsText(second),
    retiresAt: secondsText(second + BOTH_SIGN_SECONDS),
    ...decision,
  };
  await appendLogEvent(parts, keys.origin, eventOf('LogKeyRotated', rotated));
  return rotated;
}

const secondsText = (seconds: number): string =>
  new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');

/** Writes what happened to a log into it, behind what its stream has. */
async function appendLogEvent(
  { store, subjectKeys, now }: LogKeepingParts,
  origin: string,
  { type, version, data }: LogKeepingEvent,
): Promise<void> {
  const stream = logStreamOf(serviceOf(origin));
  const [last] = await store.readStream(stream, { limit: 1, direction: 'backwards' });
  const commandId = derivedUuid('log-keeping', origin, type, (last?.revision ?? -1) + 1);
  const event: NewEvent = {
    id: derivedUuid('event', commandId, 0),
    type,
    version,
    data,
    metadata: { commandId, actor: { role: 'system', key: 'cli' } },
    occurredAt: now,
  };
  const events = await new EventCodec(logKeepingForms, subjectKeys).encode(stream, [event]);
  await store.append({ stream, expected: last?.revision ?? 'no-stream', events });
}
