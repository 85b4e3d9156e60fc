import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { layFile } from '@smartkey/files';
import { codeOf, ended, OperatorError } from '@smartkey/lifecycle';
import { parseCheckpoint } from '../note/checkpoint.ts';
import { cosigner, type Cosigner } from '../note/cosignature.ts';
import { NoteError } from '../note/note-error.ts';
import { isOrigin, parseVerifier, verifierText, type NoteVerifier } from '../note/note-key.ts';
import { parseNote, verifyNote } from '../note/signed-note.ts';
import { isConsistent } from './consistency.ts';

/** The witness cannot keep its word from what lies in its folder. */
export class WitnessStateError extends OperatorError {
  override readonly name = 'WitnessStateError';
}

/** What a witness answers, as HTTP has it. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly text: string;
}

export interface WitnessOptions {
  /** Where its key and what it has seen are kept, together: neither is worth anything without the other. */
  readonly folder: string;
  /** `witness.example/w1` */
  readonly name: string;
  /**
   * Public keys of the logs that it looks at, as C2SP signed-note writes them, a line each; of a log whose key was changed both. Other lines are passed
   * over. Asked again for each checkpoint.
   */
  readonly logs: () => Promise<string>;
  /** Unix time in seconds (default: the machine's). */
  readonly now?: () => number;
}

interface Seen {
  readonly size: number;
  /** Hex. */
  readonly root: string;
}

const KEY_FILE = 'witness-key.json';
const SEEN_FILE = 'seen.json';
const SEED_BYTES = 32;
const HASH_BYTES = 32;
const MOST_HASHES = 63;
const OLD = /^old (0|[1-9]\d{0,15})$/;

const answer = (status: WitnessAnswer['status'], text: string): WitnessAnswer => ({ status, text });

async function jsonIn(folder: string, file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(join(folder, file), 'utf8')) as unknown;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new WitnessStateError(`${file} of the witness cannot be read`, { cause: error });
  }
}

/**
 * Sees how far logs go, and says so for each only where it begins with what it has seen before (C2SP tlog-witness). It keeps what it has seen
 * before it says so. One that lost its state is another: it needs an empty folder and a name that nobody knows yet.
 */
export class Witness {
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly options: WitnessOptions,
    private readonly key: Cosigner,
    private readonly seen: Map<string, Seen>,
  ) {}

  /** @throws WitnessStateError */
  static async open(options: WitnessOptions): Promise<Witness> {
    const { folder, name } = options;
    if (!isOrigin(name))
      throw new WitnessStateError(`${name} is no name of a witness, such as witness.example/w1`);
    const kept = (await jsonIn(folder, KEY_FILE)) as { name: string; seed: string } | undefined;
    const seen = (await jsonIn(folder, SEEN_FILE)) as Record<string, Seen> | undefined;
    if (kept === undefined && seen === undefined) return Witness.#begin(options);
    if (kept === undefined || seen === undefined)
      throw new WitnessStateError(
        `${kept === undefined ? KEY_FILE : SEEN_FILE} of the witness is gone: begin again in an empty folder, under a new name (…/w2), and let readers change their policies`,
      );
    if (kept.name !== name)
      throw new WitnessStateError(`the witness in this folder is ${kept.name}, it cannot go on as ${name}`);
    return new Witness(
      options,
      cosigner(name, Buffer.from(kept.seed, 'base64')),
      new Map(Object.entries(seen)),
    );
  }

  /** The public key of the witness in a folder, whether or not it runs. @throws WitnessStateError where there is none. */
  static async keyIn(folder: string): Promise<string> {
    const kept = (await jsonIn(folder, KEY_FILE)) as { name: string; seed: string } | undefined;
    if (kept === undefined) throw new WitnessStateError(`no witness has begun in ${folder} yet`);
    return verifierText(cosigner(kept.name, Buffer.from(kept.seed, 'base64')).verifier);
  }

  static async #begin(options: WitnessOptions): Promise<Witness> {
    const { folder, name } = options;
    const seed = randomBytes(SEED_BYTES);
    await layFile(folder, SEEN_FILE, Buffer.from('{}'));
    await layFile(folder, KEY_FILE, Buffer.from(JSON.stringify({ name, seed: seed.toString('base64') })));
    return new Witness(options, cosigner(name, seed), new Map());
  }

  /** The public key, as C2SP signed-note writes it. */
  get verifier(): string {
    return verifierText(this.key.verifier);
  }

  /** The list of the logs that it looks at. */
  logs(): Promise<string> {
    return this.options.logs();
  }

  /** How far each log went that it has seen. */
  sizes(): readonly { readonly origin: string; readonly size: number }[] {
    return [...this.seen].map(([origin, { size }]) => ({ origin, size }));
  }

  /** The body of `POST /add-checkpoint`: `old <size>`, a proof of consistency, an empty line, the checkpoint. One after another. */
  add(request: string): Promise<WitnessAnswer> {
    const next = this.#turn.then(() => this.#add(request));
    this.#turn = ended(next);
    return next;
  }

  async #add(request: string): Promise<WitnessAnswer> {
    const asked = parsed(request);
    if (asked === undefined) return answer(400, 'That is no checkpoint with its proof.\n');
    const { old, proof, note } = asked;
    try {
      const signed = parseNote(note);
      const head = parseCheckpoint(signed.text);
      const known = await this.#keysOf(head.origin);
      if (known.length === 0) return answer(404, 'This witness does not look at that log.\n');
      verifyNote(signed, known);
      if (old > head.size) return answer(400, 'The old size is larger than the checkpoint.\n');
      const seen = this.seen.get(head.origin) ?? { size: 0, root: '' };
      const root = Buffer.from(head.root).toString('hex');
      if (old !== seen.size || (old > 0 && head.size === old && root !== seen.root))
        return answer(409, `${seen.size}\n`);
      if (!isConsistent(proof, [seen.size, Buffer.from(seen.root, 'hex')], [head.size, head.root]))
        return answer(422, 'The log does not begin with what this witness has seen.\n');
      await this.#keep(head.origin, { size: head.size, root });
      const seconds = (this.options.now ?? (() => Math.floor(Date.now() / 1000)))();
      return answer(200, this.key.lineOf(signed.text, seconds));
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      return answer(error.fault.startsWith('signature') ? 403 : 400, `${error.message}\n`);
    }
  }

  async #keep(origin: string, head: Seen): Promise<void> {
    const all = new Map(this.seen).set(origin, head);
    await layFile(this.options.folder, SEEN_FILE, Buffer.from(JSON.stringify(Object.fromEntries(all))));
    this.seen.set(origin, head);
  }

  async #keysOf(origin: string): Promise<readonly NoteVerifier[]> {
    const lines = (await this.logs()).split('\n').map((line) => line.trim());
    return lines.filter((line) => line.startsWith(`${origin}+`)).map((line) => parseVerifier(line));
  }
}

interface Asked {
  readonly old: number;
  readonly proof: readonly Uint8Array[];
  readonly note: string;
}

function parsed(request: string): Asked | undefined {
  const end = request.indexOf('\n\n');
  if (end < 0) return undefined;
  const [first = '', ...hashes] = request.slice(0, end).split('\n');
  const old = Number(OLD.exec(first)?.[1] ?? Number.NaN);
  const proof = hashes.map((text) => Buffer.from(text, 'base64'));
  const right = proof.every((hash, n) => hash.length === HASH_BYTES && hash.toString('base64') === hashes[n]);
  if (!Number.isSafeInteger(old) || proof.length > MOST_HASHES || !right) return undefined;
  return { old, proof, note: request.slice(end + 2) };
}
