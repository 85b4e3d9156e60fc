import { verify } from 'node:crypto';
import { NoteError } from './note-error.ts';
import { noteKey, type NoteVerifier } from './note-key.ts';
import type { SignedNote } from './signed-note.ts';

/** What a witness's signature is (C2SP tlog-cosignature): Ed25519 of a time and the text. */
export const COSIGNATURE = 0x04;

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;

const cosigned = (text: string, seconds: bigint): Buffer =>
  Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);

/** A key that says of checkpoints when it saw them. */
export interface Cosigner {
  readonly verifier: NoteVerifier;
  /** The line that it adds to a note. @param seconds Unix time. */
  lineOf(text: string, seconds: number): string;
}

/** @param seed 32 secret bytes. */
export function cosigner(name: string, seed: Uint8Array): Cosigner {
  const { verifier, sign } = noteKey(name, COSIGNATURE, seed);
  return {
    verifier,
    lineOf: (text, seconds) => {
      const time = Buffer.alloc(TIME_BYTES);
      time.writeBigUInt64BE(BigInt(seconds));
      const signature = sign(cosigned(text, BigInt(seconds)));
      const bytes = Buffer.concat([Buffer.from(verifier.id, 'hex'), time, signature]);
      return `— ${name} ${bytes.toString('base64')}\n`;
    },
  };
}

/** When a witness has seen a note (Unix seconds); undefined where it has not signed it. @throws NoteError for a signature that is none. */
export function cosignedAt(
  { text, signatures }: SignedNote,
  { name, id, key }: NoteVerifier,
): number | undefined {
  const [own, ...more] = signatures.filter((each) => each.name === name && each.id === id);
  if (own === undefined) return undefined;
  if (more.length > 0) throw new NoteError('signature-wrong', `${name}+${id} signed twice`);
  const bytes = Buffer.from(own.bytes);
  const seconds = bytes.length === TIME_BYTES + SIGNATURE_BYTES ? bytes.readBigUInt64BE() : 0n;
  if (seconds === 0n || !verify(null, cosigned(text, seconds), key, bytes.subarray(TIME_BYTES)))
    throw new NoteError('signature-wrong', `the cosignature of ${name}+${id} is not of this text`);
  return Number(seconds);
}
