import { event as eventOf } from '@smartkey/kernel';
import { OperatorError } from '@smartkey/lifecycle';
import { noteSigner, verifierText } from '../note/note-key.ts';
import { secondsText } from '../note/seconds-text.ts';
import { appendLogEvent, type LogInstruction, type LogKeepingParts } from './append-log-event.ts';
import type { LogKeyRotated } from './log-keeping.events.ts';
import { SigningKeys, type SigningKeysParts } from './signing-keys.ts';

/** Both keys sign for so long. */
const BOTH_SIGN_SECONDS = 30 * 86_400;

/** The key of a log cannot be changed so. */
class KeyRotationRefusedError extends OperatorError {
  override readonly name = 'KeyRotationRefusedError';
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
  decision: LogInstruction,
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
