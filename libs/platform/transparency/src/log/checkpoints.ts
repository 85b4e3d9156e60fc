import type { Database } from '@smartkey/database';
import { instantOf, type Instant } from '@smartkey/kernel';
import { checkpointText, parseCheckpoint, type TreeHead } from '../note/checkpoint.ts';
import { NoteError } from '../note/note-error.ts';
import { noteSigner, verifierText, type NoteSigner } from '../note/note-key.ts';
import { parseNote, signNote, verifyNote } from '../note/signed-note.ts';
import { MissingNodesError, type StoredTree } from '../tree/stored-tree.ts';
import type { Hash } from '../tree/tree-hashes.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import { seedOf, type CheckpointSettings } from './checkpoint-settings.ts';
import type { LogTree } from './log-tree.ts';

/** A checkpoint as it was signed. */
export interface Checkpoint {
  readonly size: number;
  /** By the system's clock. */
  readonly at: Instant;
  readonly note: string;
}

/** Why no checkpoint is signed: the log is not what was signed of it before. */
export type CheckpointFault = 'kept-missing' | 'kept-unreadable' | 'log-shorter' | 'log-different';

/** What was kept outside the database of a log does not fit the log: nothing more is signed until a person has looked. */
export class LogContradictedError extends Error {
  override readonly name = 'LogContradictedError';
  constructor(
    readonly fault: CheckpointFault,
    detail: string,
  ) {
    super(`${fault}: ${detail}`);
  }
}

export interface CheckpointParts {
  readonly database: Database;
  readonly tree: LogTree;
  readonly folder: CheckpointFolder;
  readonly signer: NoteSigner;
  /** Milliseconds of the system's clock (default: the machine's). */
  readonly systemNow?: (() => number) | undefined;
}

/** @returns undefined where no folder is named: nothing is signed. */
export function openCheckpoints(
  { folder, secret }: CheckpointSettings,
  parts: Omit<CheckpointParts, 'folder' | 'signer'>,
): Checkpoints | undefined {
  if (folder === undefined) return undefined;
  const { origin } = parts.tree;
  return new Checkpoints({
    ...parts,
    folder: new CheckpointFolder(folder),
    signer: noteSigner(origin, seedOf(secret, origin)),
  });
}

/**
 * The signed checkpoints of a log (C2SP tlog-checkpoint). Each is kept outside the database before it is in it, and the next is signed
 * only over a log that begins with what was kept.
 */
export class Checkpoints {
  constructor(private readonly parts: CheckpointParts) {}

  /** The public key, as C2SP signed-note writes it. */
  get key(): string {
    return verifierText(this.parts.signer.verifier);
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
        const { tree, folder } = this.parts;
        const { size } = await tree.cover(AbortSignal.any([signal, held]));
        if (held.aborted || signal.aborted) return undefined;
        const stored = await tree.stored();
        const kept = await this.#kept(stored);
        if (size === (kept?.size ?? 0)) return kept && this.#record(kept, await folder.read(tree.origin));
        const head = { origin: tree.origin, size, root: await stored.root() };
        const note = signNote(checkpointText(head), [this.parts.signer]);
        await folder.replace(tree.origin, note);
        return this.#record(head, note);
      },
      { wait: false },
    );
  }

  /** Puts the log as it is now beside the last checkpoint that was kept outside. @throws LogContradictedError */
  async compare(): Promise<TreeHead | undefined> {
    return this.#kept(await this.parts.tree.stored());
  }

  /** A person has looked: the last checkpoint in the database becomes the one that is kept outside, where that was lost. */
  async adopt(): Promise<Checkpoint | undefined> {
    const [last] = await this.list({ limit: 1 });
    if (last !== undefined) await this.parts.folder.replace(this.parts.tree.origin, last.note);
    return last;
  }

  /** The log was cut, and that was accepted: what is kept outside is what the database has, if only nothing. */
  async goBack(): Promise<void> {
    const { folder, tree } = this.parts;
    if ((await this.adopt()) === undefined) await folder.remove(tree.origin);
  }

  /** The newest first, those of before a size where one is given. */
  async list({
    before,
    limit,
  }: {
    readonly before?: number | undefined;
    readonly limit: number;
  }): Promise<readonly Checkpoint[]> {
    const rows = await this.parts.database.query<{ size: bigint; at: Instant; note: string }>(
      `SELECT size, at, note FROM log_checkpoints WHERE $1::bigint IS NULL OR size < $1 ORDER BY size DESC LIMIT $2`,
      [before ?? null, limit],
    );
    return rows.map(({ size, ...rest }) => ({ size: Number(size), ...rest }));
  }

  /** Whether a checkpoint of that size was signed. */
  async has(size: number): Promise<boolean> {
    const [row] = await this.parts.database.query('SELECT 1 AS there FROM log_checkpoints WHERE size = $1', [
      size,
    ]);
    return row !== undefined;
  }

  async #record(
    { size }: { readonly size: number },
    note: string | undefined,
  ): Promise<Checkpoint | undefined> {
    if (note === undefined) return undefined;
    const at = instantOf((this.parts.systemNow ?? Date.now)());
    await this.parts.database.execute(
      'INSERT INTO log_checkpoints (size, at, note) VALUES ($1, $2, $3) ON CONFLICT (size) DO NOTHING',
      [size, at, note],
    );
    const [last] = await this.list({ limit: 1 });
    return last;
  }

  /** The head that was kept outside, which the log begins with; undefined where none was ever signed. */
  async #kept(stored: StoredTree): Promise<TreeHead | undefined> {
    const { tree, folder, signer } = this.parts;
    const note = await folder.read(tree.origin);
    if (note === undefined) {
      const [last] = await this.list({ limit: 1 });
      if (last === undefined) return undefined;
      throw new LogContradictedError(
        'kept-missing',
        `checkpoints of ${tree.origin} were signed, the last of size ${last.size}, but none is kept outside the database`,
      );
    }
    const head = headOf(note, signer, tree.origin);
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
    return head;
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

function headOf(note: string, { verifier }: NoteSigner, origin: string): TreeHead {
  try {
    const parsed = parseNote(note);
    verifyNote(parsed, [verifier]);
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
