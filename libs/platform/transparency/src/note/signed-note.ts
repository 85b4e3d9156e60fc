import { verify } from 'node:crypto';
import { NoteError } from './note-error.ts';
import { ED25519, type NoteSigner, type NoteVerifier } from './note-key.ts';

const ID_BYTES = 4;
const SIGNATURE_BYTES = 64;
const MOST_SIGNATURES = 64;
const LINE = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/;

interface Signature {
  readonly name: string;
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** A text with who signed it (C2SP signed-note). */
export interface SignedNote {
  /** Ends with a line feed. */
  readonly text: string;
  readonly signatures: readonly Signature[];
}

const lineOf = ({ verifier: { name, id }, sign }: NoteSigner, text: string): string =>
  `— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), sign(text)]).toString('base64')}\n`;

/** Signs a text, the first signer's line first. */
export const signNote = (text: string, signers: readonly NoteSigner[]): string =>
  `${text}\n${signers.map((signer) => lineOf(signer, text)).join('')}`;

/** Reads a note; nothing is said of its signatures yet. @throws NoteError */
export function parseNote(note: string): SignedNote {
  const fault = (detail: string): never => {
    throw new NoteError('note-unreadable', detail);
  };
  const cut = note.lastIndexOf('\n\n');
  if (cut < 0 || !note.endsWith('\n') || /[^\P{Cc}\n]|\ufffd/u.test(note))
    return fault('that is no signed note');
  const text = note.slice(0, cut + 1);
  const lines = note.slice(cut + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) return fault(`more than ${MOST_SIGNATURES} signatures`);
  const signatures = lines.map((line) => {
    const [, name = '', code = ''] = LINE.exec(line) ?? fault('a line of a signature is none');
    const bytes = Buffer.from(code, 'base64');
    if (bytes.toString('base64') !== code || bytes.length <= ID_BYTES)
      return fault('a signature is not base64 of a key id and more');
    return { name, id: bytes.subarray(0, ID_BYTES).toString('hex'), bytes: bytes.subarray(ID_BYTES) };
  });
  return { text, signatures };
}

/**
 * Which of the keys have signed a note. One signature is enough, but none of a known key may be wrong or stand twice; keys that are not
 * known are passed over.
 * @throws NoteError
 */
export function verifyNote(
  { text, signatures }: SignedNote,
  known: readonly NoteVerifier[],
): readonly [NoteVerifier, ...NoteVerifier[]] {
  const signed: NoteVerifier[] = [];
  for (const { name, id, bytes } of signatures) {
    const verifier = known.find((each) => each.name === name && each.id === id && each.type === ED25519);
    if (verifier === undefined) continue;
    if (signed.includes(verifier)) throw new NoteError('signature-wrong', `${name}+${id} signed twice`);
    if (bytes.length !== SIGNATURE_BYTES || !verify(null, Buffer.from(text), verifier.key, bytes))
      throw new NoteError('signature-wrong', `that of ${name}+${id} is not of this text`);
    signed.push(verifier);
  }
  const [first, ...others] = signed;
  if (first === undefined) throw new NoteError('signature-missing', 'no key that is known has signed');
  return [first, ...others];
}
