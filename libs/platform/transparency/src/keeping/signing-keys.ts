import type { EventStore } from '@smartkey/event-store';
import type { LogKeys } from '@smartkey/secrets';
import { seedOf, type CheckpointSettings } from '../log/checkpoint-settings.ts';
import { LogContradictedError } from '../log/log-contradicted-error.ts';
import { noteSigner, verifierText, type NoteSigner, type NoteVerifier } from '../note/note-key.ts';
import type { LogOrigins } from '../log/log-origins.ts';
import { serviceOf } from '../log/origins.ts';
import { logStreamOf, type RotatedKey } from './log-keeping.events.ts';

/** A public key of a log, and when it signs. */
export interface PublishedKey {
  /** Under which name the log is known. */
  readonly log: string;
  /** As C2SP signed-note writes it. */
  readonly key: string;
  /** Since when it signs (system time, RFC 3339 in seconds); null for the first one. */
  readonly from: string | null;
  /** When it retires or did; null for the last one. */
  readonly retiresAt: string | null;
}

export interface SigningKeysParts {
  readonly origin: string;
  /** What the first key derives from. */
  readonly secret: Uint8Array;
  /** Those that were made later; missing: none. */
  readonly made?: (() => Promise<LogKeys>) | undefined;
  readonly store: Pick<EventStore, 'readStream'>;
}

/** Keys that took the place of others are few. */
const MOST_EVENTS = 10_000;

/**
 * The keys that a log is signed with. Which of them sign is said by the log's own events; their secrets lie outside the database, so that nobody who owns it
 * can name a key of his own and sign with it.
 */
export class SigningKeys {
  constructor(private readonly parts: SigningKeysParts) {}

  /** All whose secret is at hand, the newest first. */
  async signersKnown(): Promise<readonly NoteSigner[]> {
    const { origin, secret, made } = this.parts;
    const later = (await made?.())?.get(origin) ?? [];
    return [...later, seedOf(secret, origin)].map((seed) => noteSigner(origin, seed));
  }

  async known(): Promise<readonly NoteVerifier[]> {
    return (await this.signersKnown()).map(({ verifier }) => verifier);
  }

  /** Every key that ever signed, the first one first. */
  async published(): Promise<readonly [PublishedKey, ...PublishedKey[]]> {
    const { origin, secret } = this.parts;
    const rotated = await this.#rotated();
    const first = verifierText(noteSigner(origin, seedOf(secret, origin)).verifier);
    const retiresAt = (n: number): string | null => rotated[n]?.retiresAt ?? null;
    return [
      { log: origin, key: first, from: null, retiresAt: retiresAt(0) },
      ...rotated.map(({ key, from }, n) => ({ log: origin, key, from, retiresAt: retiresAt(n + 1) })),
    ];
  }

  /**
   * Who signs now: the newest key first, behind it those that it takes the place of, until they retire.
   * @param now Unix time in milliseconds, of the system.
   * @throws LogContradictedError where the secret of the newest is not at hand.
   */
  async signing(now: number): Promise<readonly [NoteSigner, ...NoteSigner[]]> {
    const [newest, ...former] = [...(await this.published())].reverse();
    const signers = new Map(
      (await this.signersKnown()).map((signer) => [verifierText(signer.verifier), signer]),
    );
    const first = signers.get(newest!.key);
    if (first === undefined)
      throw new LogContradictedError(
        'key-missing',
        `${newest!.key} signs ${this.parts.origin} by its log, and is not among the keys of this system`,
      );
    return [
      first,
      ...former
        .filter(({ retiresAt }) => retiresAt !== null && Date.parse(retiresAt) > now)
        .flatMap(({ key }) => signers.get(key) ?? []),
    ];
  }

  async #rotated(): Promise<readonly RotatedKey[]> {
    const { origin, store } = this.parts;
    const events = await store.readStream(logStreamOf(serviceOf(origin)), { limit: MOST_EVENTS });
    return events
      .filter(({ type }) => type === 'LogKeyRotated')
      .map(({ data }) => data as RotatedKey)
      .filter(({ log }) => log === origin);
  }
}

/** Of every name of a log, in the order of the names. */
export async function publishedKeys(
  {
    secret,
    logKeys,
    store,
  }: Pick<CheckpointSettings, 'secret' | 'logKeys'> & Pick<SigningKeysParts, 'store'>,
  { names }: LogOrigins,
): Promise<readonly PublishedKey[]> {
  const keys: PublishedKey[] = [];
  for (const origin of names)
    keys.push(...(await new SigningKeys({ origin, secret, made: logKeys, store }).published()));
  return keys;
}

/** The lines of a reader's policy about a log's keys (docs/proof-format.md). */
export function policyLines(keys: readonly PublishedKey[]): readonly string[] {
  return keys.flatMap(({ key, retiresAt }) => [
    `log ${key}`,
    ...(retiresAt === null
      ? []
      : [`retired ${key.slice(0, key.indexOf('+', key.indexOf('+') + 1))} ${Date.parse(retiresAt) / 1_000}`]),
  ]);
}
