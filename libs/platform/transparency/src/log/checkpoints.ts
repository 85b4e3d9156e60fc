import type { Database } from '@smartkey/database';
import type { EventStore } from '@smartkey/event-store';
import { instantOf, type Instant } from '@smartkey/kernel';
import { pagesBehind, UnavailableError } from '@smartkey/lifecycle';
import { checkpointText, parseCheckpoint, type TreeHead } from '../note/checkpoint.ts';
import { NoteError } from '../note/note-error.ts';
import type { NoteSigner, NoteVerifier } from '../note/note-key.ts';
import { parseNote, signNote, verifyNote } from '../note/signed-note.ts';
import { SigningKeys } from '../keeping/signing-keys.ts';
import { MissingNodesError, type StoredTree } from '../tree/stored-tree.ts';
import type { Hash } from '../tree/tree-hashes.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import type { CheckpointSettings } from './checkpoint-settings.ts';
import { LogContradictedError } from './log-contradicted-error.ts';
import type { LogTree } from './log-tree.ts';
import { WitnessClient } from '../witness/witness-client.ts';

/** Checkpoints that are looked at together. */
const CHECKED_AT_ONCE = 200;

/** A checkpoint as it was signed. */
export interface Checkpoint {
  readonly size: number;
  /** By the system's clock. */
  readonly at: Instant;
  readonly note: string;
  /** When the witness saw it, by its own clock (Unix seconds); null where it has not. */
  readonly witnessedAt: number | null;
}

interface CheckpointRow {
  readonly size: bigint;
  readonly at: Instant;
  readonly note: string;
  readonly witnessed_at: bigint | null;
}

const checkpointOf = ({ size, at, note, witnessed_at }: CheckpointRow): Checkpoint => ({
  size: Number(size),
  at,
  note,
  witnessedAt: witnessed_at === null ? null : Number(witnessed_at),
});

export interface CheckpointParts {
  readonly database: Database;
  readonly tree: LogTree;
  /** Under which name the log is signed. */
  readonly origin: string;
  readonly folder: CheckpointFolder;
  /** Of a name of the log. */
  readonly keysOf: (origin: string) => SigningKeys;
  /** Missing: nobody outside sees the checkpoints. */
  readonly witness?: WitnessClient | undefined;
  /** Milliseconds of the system's clock (default: the machine's). */
  readonly systemNow?: (() => number) | undefined;
}

/** @returns undefined where no folder is named: nothing is signed. */
export function openCheckpoints(
  { folder, secret, logKeys, witness }: CheckpointSettings,
  {
    store,
    ...parts
  }: Omit<CheckpointParts, 'folder' | 'keysOf' | 'witness'> & {
    readonly store: Pick<EventStore, 'readStream'>;
  },
): Checkpoints | undefined {
  if (folder === undefined) return undefined;
  return new Checkpoints({
    ...parts,
    folder: new CheckpointFolder(folder),
    keysOf: (origin) => new SigningKeys({ origin, secret, made: logKeys, store }),
    witness: witness && new WitnessClient(witness),
  });
}

/**
 * The signed checkpoints of a log under one of its names (C2SP tlog-checkpoint). Each is kept outside the database before it is in it, and the next is
 * signed only over a log that begins with what was kept.
 */
export class Checkpoints {
  readonly #keys: SigningKeys;

  constructor(private readonly parts: CheckpointParts) {
    this.#keys = parts.keysOf(parts.origin);
  }

  /**
   * Signs how far the log goes now, where it goes further than the last that was signed.
   * @returns the last checkpoint, undefined where another instance is at it or the log is empty.
   * @throws LogContradictedError
   */
  sign(signal: AbortSignal): Promise<Checkpoint | undefined> {
    return this.parts.database.exclusively(
      'log-tree',
      async (held) => {
        const { tree, folder, origin } = this.parts;
        const signers = await this.#keys.signing(this.#now());
        const { size } = await tree.cover(AbortSignal.any([signal, held]));
        if (held.aborted || signal.aborted) return undefined;
        // A loss was accepted meanwhile: the log has another name.
        if ((await tree.origins()).current !== origin) return undefined;
        const stored = await tree.stored();
        const kept = await this.#kept(stored, true);
        if (size === (kept?.size ?? 0)) {
          const last = kept && (await this.#record(kept, await folder.read(origin)));
          return last && this.#witnessed(last, stored);
        }
        const head = { origin, size, root: await stored.root() };
        const note = signNote(checkpointText(head), signers);
        await folder.replace(origin, note);
        const last = await this.#record(head, note);
        return last && this.#witnessed(last, stored);
      },
      { wait: false },
    );
  }

  /**
   * Shows a checkpoint to the witness, where it has not seen it. The checkpoint stands whether or not the witness is there.
   * @throws LogContradictedError where the witness has seen another log under this name; WitnessUnavailableError
   */
  async #witnessed(checkpoint: Checkpoint, stored: StoredTree): Promise<Checkpoint> {
    const { database, folder, origin, witness } = this.parts;
    if (witness === undefined || checkpoint.note.includes(witness.mark)) return checkpoint;
    const [before] = await this.#witnessedRows('DESC');
    const { line, seconds } = await witness.show(checkpoint, Number(before?.size ?? 0), (from) =>
      stored.consistency(from, checkpoint.size),
    );
    const note = `${checkpoint.note}${line}`;
    await folder.replace(origin, note);
    await database.execute('UPDATE log_checkpoints SET note = $2, witnessed_at = $3 WHERE size = $1', [
      checkpoint.size,
      note,
      BigInt(seconds),
    ]);
    return { ...checkpoint, note, witnessedAt: seconds };
  }

  /** The first checkpoint that the witness has seen, and the last; undefined where it has seen none. */
  async witnessed(): Promise<{ readonly first: Checkpoint; readonly last: Checkpoint } | undefined> {
    const [first] = await this.#witnessedRows('ASC');
    const [last] = await this.#witnessedRows('DESC');
    return first && last && { first, last };
  }

  /** Seen by the witness of now: one before it, of another name or key, convinces nobody who believes this one. */
  async #witnessedRows(order: 'ASC' | 'DESC'): Promise<readonly Checkpoint[]> {
    const rows = await this.parts.database.query<CheckpointRow>(
      `SELECT size, at, note, witnessed_at FROM log_checkpoints
       WHERE witnessed_at IS NOT NULL AND strpos(note, $1) > 0 AND starts_with(note, $2) ORDER BY size ${order} LIMIT 1`,
      [this.parts.witness?.mark ?? '', `${this.parts.origin}\n`],
    );
    return rows.map(checkpointOf);
  }

  /** Puts the log as it is now beside the last checkpoint that was kept outside. @throws LogContradictedError */
  async compare(): Promise<TreeHead | undefined> {
    return this.#kept(await this.parts.tree.stored());
  }

  /** The sizes of checkpoints in the database that no key of the log has signed. @param names under which it was known. */
  async forged(names: readonly string[]): Promise<readonly number[]> {
    const known = new Map<string, readonly NoteVerifier[]>();
    for (const name of names) known.set(name, await this.parts.keysOf(name).known());
    const found: number[] = [];
    const pages = pagesBehind({
      size: CHECKED_AT_ONCE,
      from: undefined,
      read: (before: number | undefined, limit) => this.list({ before, limit }),
      placeOf: ({ size }): number | undefined => size,
    });
    for await (const page of pages)
      for (const { size, note } of page) {
        const name = note.slice(0, note.indexOf('\n'));
        if (!isSigned(note, size, known.get(name) ?? [], name)) found.push(size);
      }
    return found;
  }

  /**
   * What a person may take for the checkpoint that was kept outside and is lost: the last one in the database, as far as the log begins with it.
   * @throws LogContradictedError where it does not, or is forged.
   */
  async adoptable(): Promise<TreeHead | undefined> {
    const { origin, tree } = this.parts;
    const last = await this.#last();
    if (last === undefined) return undefined;
    const head = headOf(last.note, await this.#keys.known(), origin);
    await mustBegin(await tree.stored(), head);
    return head;
  }

  /** A person has looked: the last checkpoint in the database becomes the one that is kept outside, where that was lost. */
  async adopt(): Promise<Checkpoint | undefined> {
    const last = await this.#last();
    if (last !== undefined) await this.parts.folder.replace(this.parts.origin, last.note);
    return last;
  }

  /** Whether one was ever signed, as far as anybody here knows. */
  async begun(): Promise<boolean> {
    return (
      (await this.#last()) !== undefined || (await this.parts.folder.read(this.parts.origin)) !== undefined
    );
  }

  /**
   * The largest checkpoint that was ever signed under this name, as far as anybody here knows. Where none covers what was kept of the log, one is signed
   * over that, which begins with the last one.
   * @param size leaves that were kept, all of them stored.
   */
  async lastOf(size: number): Promise<TreeHead & { readonly note: string }> {
    const { folder, origin, tree } = this.parts;
    const known = await this.#keys.known();
    const notes = [await folder.read(origin), (await this.#last())?.note];
    const signed = notes
      .filter((note) => note !== undefined)
      .flatMap((note) => {
        const head = signedHead(note, known, origin);
        return head === undefined ? [] : [{ ...head, note }];
      })
      .sort((a, b) => b.size - a.size)[0];
    const stored = await tree.stored();
    if (signed !== undefined && (signed.size >= size || !(await begins(stored, signed)))) return signed;
    const head = { origin, size, root: await stored.root(size) };
    const note = signNote(checkpointText(head), await this.#signers());
    await folder.replace(origin, note);
    if (size > 0) await this.#record(head, note);
    return { ...head, note };
  }

  /** Who signs, or where the newest key is lost, whoever can. */
  async #signers(): Promise<readonly NoteSigner[]> {
    try {
      return await this.#keys.signing(this.#now());
    } catch (error) {
      if (!(error instanceof LogContradictedError)) throw error;
      return this.#keys.signersKnown();
    }
  }

  /** The last one in the database under this name. */
  async #last(): Promise<Checkpoint | undefined> {
    const [row] = await this.parts.database.query<CheckpointRow>(
      'SELECT size, at, note, witnessed_at FROM log_checkpoints WHERE starts_with(note, $1) ORDER BY size DESC LIMIT 1',
      [`${this.parts.origin}\n`],
    );
    return row && checkpointOf(row);
  }

  /** Of all names; the newest first, those of before a size where one is given. */
  async list({
    before,
    limit,
  }: {
    readonly before?: number | undefined;
    readonly limit: number;
  }): Promise<readonly Checkpoint[]> {
    const rows = await this.parts.database.query<CheckpointRow>(
      `SELECT size, at, note, witnessed_at FROM log_checkpoints WHERE $1::bigint IS NULL OR size < $1 ORDER BY size DESC LIMIT $2`,
      [before ?? null, limit],
    );
    return rows.map(checkpointOf);
  }

  /** Whether a checkpoint of that size was signed. */
  async has(size: number): Promise<boolean> {
    const [row] = await this.parts.database.query('SELECT 1 AS there FROM log_checkpoints WHERE size = $1', [
      size,
    ]);
    return row !== undefined;
  }

  #now(): number {
    return (this.parts.systemNow ?? Date.now)();
  }

  async #record(
    { size }: { readonly size: number },
    note: string | undefined,
  ): Promise<Checkpoint | undefined> {
    if (note === undefined) return undefined;
    const at = instantOf(this.#now());
    await this.parts.database.execute(
      'INSERT INTO log_checkpoints (size, at, note) VALUES ($1, $2, $3) ON CONFLICT (size) DO NOTHING',
      [size, at, note],
    );
    return this.#last();
  }

  /**
   * Whether the witness says of the last checkpoint in the database that it is what it has seen last: then it is kept outside again.
   * @throws LogContradictedError where it has seen another log
   */
  async #recalled(last: Checkpoint, stored: StoredTree): Promise<boolean> {
    const { folder, origin, witness } = this.parts;
    if (witness === undefined || last.size > stored.size || !last.note.includes(witness.mark)) return false;
    const own = checkpointText({ origin, size: last.size, root: await rootOf(stored, last.size) });
    if (parseNote(last.note).text !== own)
      throw new LogContradictedError(
        'log-different',
        `the first ${last.size} events are not those that were signed`,
      );
    try {
      await witness.show(last, last.size, (from) => stored.consistency(from, last.size));
    } catch (error) {
      if (error instanceof UnavailableError) return false;
      throw error;
    }
    await folder.replace(origin, last.note);
    return true;
  }

  /** The head that was kept outside, which the log begins with; undefined where none was ever signed. */
  async #kept(stored: StoredTree, asksWitness = false): Promise<TreeHead | undefined> {
    const { folder, origin } = this.parts;
    // Whoever lost a key is told so, not that what it signed is none.
    await this.#keys.signing(this.#now());
    const known = await this.#keys.known();
    const note = await folder.read(origin);
    if (note === undefined) {
      const last = await this.#last();
      if (last === undefined) return undefined;
      if (asksWitness && (await this.#recalled(last, stored)))
        return headOf((await folder.read(origin))!, known, origin);
      throw new LogContradictedError(
        'kept-missing',
        `checkpoints of ${origin} were signed, the last of size ${last.size}, but none is kept outside the database`,
      );
    }
    const head = headOf(note, known, origin);
    await mustBegin(stored, head);
    return head;
  }
}

/** @throws LogContradictedError where a log does not begin with what was signed of it. */
async function mustBegin(stored: StoredTree, head: TreeHead): Promise<void> {
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

const isSigned = (note: string, size: number, known: readonly NoteVerifier[], origin: string): boolean =>
  signedHead(note, known, origin)?.size === size;

/** @returns undefined where no known key has signed it. */
function signedHead(note: string, known: readonly NoteVerifier[], origin: string): TreeHead | undefined {
  try {
    return headOf(note, known, origin);
  } catch (error) {
    if (!(error instanceof LogContradictedError)) throw error;
    return undefined;
  }
}

async function begins(stored: StoredTree, head: TreeHead): Promise<boolean> {
  try {
    await mustBegin(stored, head);
    return true;
  } catch (error) {
    if (!(error instanceof LogContradictedError)) throw error;
    return false;
  }
}

async function rootOf(stored: StoredTree, size: number): Promise<Hash> {
  try {
    return await stored.root(size);
  } catch (error) {
    if (!(error instanceof MissingNodesError)) throw error;
    throw new LogContradictedError('log-different', error.message);
  }
}

function headOf(note: string, known: readonly NoteVerifier[], origin: string): TreeHead {
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
