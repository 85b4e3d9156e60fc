import type { Hash } from '../tree/tree-hashes.ts';
import { NoteError } from './note-error.ts';
import { isOrigin } from './note-key.ts';

/** How far a log went, and the root over it. */
export interface TreeHead {
  readonly origin: string;
  /** Leaves. */
  readonly size: number;
  readonly root: Hash;
}

const SIZE = /^(?:0|[1-9][0-9]*)$/;
const ROOT_BYTES = 32;

/** The text of a checkpoint (C2SP tlog-checkpoint), without lines of extensions. */
export const checkpointText = ({ origin, size, root }: TreeHead): string =>
  `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;

/** Reads the text of a checkpoint. @throws NoteError */
export function parseCheckpoint(text: string): TreeHead {
  const [origin = '', size = '', code = '', end, ...more] = text.split('\n');
  const root = Buffer.from(code, 'base64');
  if (end !== '' || more.length > 0)
    throw new NoteError('checkpoint-unreadable', 'it has not three lines: extensions are not taken');
  if (!isOrigin(origin)) throw new NoteError('checkpoint-unreadable', 'its origin has not the form of one');
  if (!SIZE.test(size) || !Number.isSafeInteger(Number(size)))
    throw new NoteError('checkpoint-unreadable', 'its size is no count');
  if (root.length !== ROOT_BYTES || root.toString('base64') !== code)
    throw new NoteError('checkpoint-unreadable', 'its root is not base64 of 32 bytes');
  return { origin, size: Number(size), root };
}
