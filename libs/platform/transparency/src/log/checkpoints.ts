import type { Database } from '@smartkey/database';
import type { EventStore } from '@smartkey/event-store';
import { instantOf } from '@smartkey/kernel';
import { pagesBehind, UnavailableError, underAny } from '@smartkey/lifecycle';
import { checkpointText, type TreeHead } from '../note/checkpoint.ts';
import type { NoteSigner, NoteVerifier } from '../note/note-key.ts';
import { parseNote, signNote } from '../note/signed-note.ts';
import { SigningKeys } from '../keeping/signing-keys.ts';
import type { StoredTree } from '../tree/stored-tree.ts';
import { CheckpointFolder } from './checkpoint-folder.ts';
import { type Checkpoint, CheckpointRows } from './checkpoint-rows.ts';
import type { CheckpointSettings } from './checkpoint-settings.ts';
import { LogContradictedError } from './log-contradicted-error.ts';
import type { LogTree } from './log-tree.ts';
import { begins, headOf, isSigned, mustBegin, rootOf, signedHead } from './signed-heads.ts';
import { WitnessClient } from '../witness/witness-client.ts';

/** Checkpoints that are looked at together. */
const CHECKED_AT_ONCE = 200;

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
  readonly #rows: CheckpointRows;

  constructor(private readonly parts: CheckpointParts) {
    this.#keys = parts.keysOf(parts.origin);
    this.#rows = new CheckpointRows(parts.database, parts.origin, parts.witness?.mark ?? '');
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
        const { size } = await underAny([signal, held], (over) => tree.cover(over));
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
    const { folder, origin, witness } = this.parts;
    if (witness === undefined) return checkpoint;
    let { note, witnessedAt } = checkpoint;
    if (!note.includes(witness.mark)) {
      const [before] = await this.#rows.witnessed('DESC');
      const { line, seconds } = await witness.show(checkpoint, Number(before?.size ?? 0), (from) =>
        stored.consistency(from, checkpoint.size),
      );
      note = `${note}${line}`;
      witnessedAt = seconds;
      await folder.replace(origin, note);
    } else if (witnessedAt === null) {
      // A database from before it was seen, beside the note that was kept outside.
      witnessedAt = witness.sawAt(note);
    } else return checkpoint;
    const seen = { ...checkpoint, note, witnessedAt };
    await this.#rows.witness(seen);
    return seen;
  }

  /** The first checkpoint that the witness has seen, and the last; undefined where it has seen none. */
  async witnessed(): Promise<{ readonly first: Checkpoint; readonly last: Checkpoint } | undefined> {
    const [first] = await this.#rows.witnessed('ASC');
    const [last] = await this.#rows.witnessed('DESC');
    return first && last && { first, last };
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
    const last = await this.#rows.last();
    if (last === undefined) return undefined;
    const head = headOf(last.note, await this.#keys.known(), origin);
    await mustBegin(await tree.stored(), head);
    return head;
  }

  /** A person has looked: the last checkpoint in the database becomes the one that is kept outside, where that was lost. */
  async adopt(): Promise<Checkpoint | undefined> {
    const last = await this.#rows.last();
    if (last !== undefined) await this.parts.folder.replace(this.parts.origin, last.note);
    return last;
  }

  /** Whether one was ever signed, as far as anybody here knows. */
  async begun(): Promise<boolean> {
    return (
      (await this.#rows.last()) !== undefined ||
      (await this.parts.folder.read(this.parts.origin)) !== undefined
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
    const notes = [await folder.read(origin), (await this.#rows.last())?.note];
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

  /** Of all names; the newest first, those of before a size where one is given. */
  list(page: {
    readonly before?: number | undefined;
    readonly limit: number;
  }): Promise<readonly Checkpoint[]> {
    return this.#rows.list(page);
  }

  /** Whether a checkpoint of that size was signed. */
  has(size: number): Promise<boolean> {
    return this.#rows.has(size);
  }

  #now(): number {
    return (this.parts.systemNow ?? Date.now)();
  }

  async #record(
    { size }: { readonly size: number },
    note: string | undefined,
  ): Promise<Checkpoint | undefined> {
    if (note === undefined) return undefined;
    await this.#rows.add({ size, at: instantOf(this.#now()), note });
    return this.#rows.last();
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
      const last = await this.#rows.last();
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
