import { parseCheckpoint, type TreeHead } from '../note/checkpoint.ts';
import { NoteError } from '../note/note-error.ts';
import type { NoteVerifier } from '../note/note-key.ts';
import { parseNote, verifyNote } from '../note/signed-note.ts';
import { MissingNodesError, type StoredTree } from '../tree/stored-tree.ts';
import type { Hash } from '../tree/tree-hashes.ts';
import { LogContradictedError } from './log-contradicted-error.ts';

/** @throws LogContradictedError where a log does not begin with what was signed of it. */
export async function mustBegin(stored: StoredTree, head: TreeHead): Promise<void> {
  if (head.size > stored.size)
    throw new LogContradictedError(
      'log-shorter',
      `a checkpoint of ${head.size} events was signed, the log has ${stored.size}`,
    );
  if (!Buffer.from(head.root).equals(await rootOf(stored, head.size)))
    throw new LogContradictedError(
      'log-different',
      `the first ${head.size} events are not those that were signed`,
    );
}

/** Whether a known key has signed a log of this name and size. */
export const isSigned = (
  note: string,
  size: number,
  known: readonly NoteVerifier[],
  origin: string,
): boolean => signedHead(note, known, origin)?.size === size;

/** The head that a note tells; undefined where no known key has signed it. */
export function signedHead(
  note: string,
  known: readonly NoteVerifier[],
  origin: string,
): TreeHead | undefined {
  try {
    return headOf(note, known, origin);
  } catch (error) {
    if (!(error instanceof LogContradictedError)) throw error;
    return undefined;
  }
}

/** Whether a log begins with what was signed of it. */
export async function begins(stored: StoredTree, head: TreeHead): Promise<boolean> {
  try {
    await mustBegin(stored, head);
    return true;
  } catch (error) {
    if (!(error instanceof LogContradictedError)) throw error;
    return false;
  }
}

/** @throws LogContradictedError where the tree has not the nodes that it should have. */
export async function rootOf(stored: StoredTree, size: number): Promise<Hash> {
  try {
    return await stored.root(size);
  } catch (error) {
    if (!(error instanceof MissingNodesError)) throw error;
    throw new LogContradictedError('log-different', error.message);
  }
}

/** @throws LogContradictedError where the note is none of a known key and of the log of this name. */
export function headOf(note: string, known: readonly NoteVerifier[], origin: string): TreeHead {
  try {
    const parsed = parseNote(note);
    verifyNote(parsed, known);
    const head = parseCheckpoint(parsed.text);
    if (head.origin !== origin) throw new NoteError('origin-wrong', `it is of ${head.origin}`);
    return head;
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw new LogContradictedError(
      'kept-unreadable',
      `the checkpoint that was kept is none: ${error.message}`,
    );
  }
}
