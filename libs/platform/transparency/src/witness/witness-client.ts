import { UnavailableError } from '@smartkey/lifecycle';
import { LogContradictedError } from '../log/log-contradicted-error.ts';
import { cosignedAt } from '../note/cosignature.ts';
import { NoteError } from '../note/note-error.ts';
import { parseNote } from '../note/signed-note.ts';
import type { Hash } from '../tree/tree-hashes.ts';
import type { WitnessSettings } from '../log/checkpoint-settings.ts';

/** The witness cannot be reached, or does not take checkpoints of this log: they stand without it until it does. */
class WitnessUnavailableError extends UnavailableError {
  override readonly name = 'WitnessUnavailableError';
}

/** Letters of base64 that the bytes of an id alone make up. */
const ID_LETTERS = 5;
const TIMEOUT_MILLIS = 10_000;
const MOST_ANSWER = 64 * 1024;
const SIZE = /^(0|[1-9]\d{0,15})\n?$/;

interface Shown {
  readonly size: number;
  readonly note: string;
}
/** That the tree begins with that of so many leaves; undefined where it never had so many. */
type Consistency = (from: number) => Promise<readonly Hash[] | undefined>;

/** Shows checkpoints to a witness (C2SP tlog-witness, `add-checkpoint`). */
export class WitnessClient {
  /** How its line in a note begins: name and key id. */
  readonly mark: string;

  constructor(private readonly settings: WitnessSettings) {
    const { name, id } = settings.key;
    this.mark = `\n— ${name} ${Buffer.from(id, 'hex').toString('base64').slice(0, ID_LETTERS)}`;
  }

  /**
   * @param before the size that it is thought to have seen last; where it has seen another, it says so, and is asked again.
   * @returns the line that it adds to the note, and when it saw it (Unix seconds).
   * @throws LogContradictedError, WitnessUnavailableError
   */
  async show(
    shown: Shown,
    before: number,
    consistency: Consistency,
  ): Promise<{ readonly line: string; readonly seconds: number }> {
    const first = await this.#ask(shown, before, consistency);
    if (first.status !== 409) return this.#cosignature(shown, first);
    const seen = SIZE.test(first.text) ? Number(first.text) : Number.NaN;
    if (seen < before)
      throw new LogContradictedError(
        'witness-forgot',
        `the witness ${this.settings.key.name} cosigned ${before} events and knows of ${seen}: it lost its state, and must come back under a new name`,
      );
    if (!(seen <= shown.size) || seen === before)
      throw this.#disagrees(`it has seen ${first.text.trim()} events, ${shown.size} are shown`);
    return this.#cosignature(shown, await this.#ask(shown, seen, consistency));
  }

  /** When it saw a note that bears its line (Unix seconds). @throws LogContradictedError where that is no cosignature of its. */
  sawAt(note: string): number {
    try {
      const seconds = cosignedAt(parseNote(note), this.settings.key);
      if (seconds === undefined) throw new NoteError('signature-missing', 'its key is another');
      return seconds;
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      throw new LogContradictedError(
        'kept-unreadable',
        `the cosignature in the checkpoint that was kept is none: ${error.message}`,
      );
    }
  }

  async #ask({ size, note }: Shown, old: number, consistency: Consistency): Promise<Answer> {
    const proof = old === 0 || old === size ? [] : await consistency(old);
    if (proof === undefined)
      throw this.#disagrees(`it has seen ${old} events, of which the log does not know`);
    const lines = proof.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('');
    try {
      const answer = await fetch(`${this.settings.url}/add-checkpoint`, {
        method: 'POST',
        body: `old ${old}\n${lines}\n${note}`,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MILLIS),
      });
      const text = await answer.text();
      if (text.length > MOST_ANSWER) throw new WitnessUnavailableError('the witness answers without an end');
      return { status: answer.status, text };
    } catch (error) {
      if (error instanceof WitnessUnavailableError) throw error;
      throw new WitnessUnavailableError('the witness cannot be reached', { cause: error });
    }
  }

  #cosignature({ note }: Shown, { status, text }: Answer) {
    if (status === 409 || status === 422)
      throw this.#disagrees('what is shown does not begin with what it has seen');
    if (status !== 200)
      throw new WitnessUnavailableError(
        `the witness answers ${status}: ${text.slice(0, 200).trim() || 'no reason'}`,
      );
    try {
      const { key } = this.settings;
      const parsed = parseNote(`${note.slice(0, note.indexOf('\n\n') + 2)}${text}`);
      const seconds = cosignedAt(parsed, key);
      const line = text.split('\n').find((each) => each.startsWith(`— ${key.name} `));
      if (seconds === undefined || line === undefined)
        throw new NoteError('signature-missing', 'its key is another');
      return { line: `${line}\n`, seconds };
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      throw new WitnessUnavailableError(`the witness's cosignature is none: ${error.message}`, {
        cause: error,
      });
    }
  }

  #disagrees(detail: string): LogContradictedError {
    return new LogContradictedError('witness-disagrees', `the witness ${this.settings.key.name}: ${detail}`);
  }
}

interface Answer {
  readonly status: number;
  readonly text: string;
}
