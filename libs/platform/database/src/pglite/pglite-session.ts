import { protocol, type PGlite } from '@electric-sql/pglite';
import { setImmediate } from 'node:timers/promises';
import type { Session, StatementResult } from '../connections.ts';
import { statementName } from '../prepared.ts';
import { DatabaseUnavailableError } from '../database.port.ts';
import { sqlError } from '../sql-error.ts';
import { parameterText } from '../values/parameter-text.ts';
import { readerOfType } from '../values/result-values.ts';

/** How long statements may follow each other before the event loop has its turn. */
const TURN_MILLIS = 5;

/**
 * Nobody analyses tables here, so nothing tells PostgreSQL that a plan made for a small table no longer suits a large one:
 * plans are made anew from time to time.
 */
const STATEMENTS_A_PLAN = 2_000;

const { parse, bind, describe, execute, sync, query } = protocol.serialize;

/**
 * Speaks the wire protocol to PGlite itself, everything of a statement in one message: two to three times as fast as
 * `PGlite.query`, which takes six, and able to keep prepared statements.
 */
export class PgliteSession implements Session {
  readonly #prepared = new Set<string>();
  /** What it looks in, and what the next statement is to. */
  #searchPath = '';
  #wanted = '';
  /** Why it must not be spoken to again: asked once more after its end, PGlite never comes back, nor does this thread. */
  ended: DatabaseUnavailableError | undefined;
  #statements = 0;
  #turnBegan = performance.now();

  constructor(
    private readonly pglite: PGlite,
    private readonly sends: () => void,
  ) {}

  async setSearchPath(searchPath: string): Promise<void> {
    if ((this.#statements += 1) % STATEMENTS_A_PLAN === 0) await this.script('DISCARD PLANS');
    this.#wanted = searchPath;
  }

  async statement(text: string, parameters: readonly unknown[]): Promise<StatementResult> {
    const name = statementName(text, this.#wanted);
    if (name !== undefined && !this.#prepared.has(name)) {
      // By itself: a statement that is parsed stays so, whatever becomes of its first run.
      await this.#send([parse({ text, name }), sync()]);
      this.#prepared.add(name);
    }
    return this.#send([
      ...(name === undefined ? [parse({ text })] : []),
      bind({ values: parameters.map(parameterText), ...(name !== undefined && { statement: name }) }),
      describe({ type: 'P' }),
      execute({}),
      sync(),
    ]);
  }

  async script(text: string): Promise<void> {
    // Nothing of it runs in a transaction that it has not begun itself.
    await this.#send([...(this.#looksElsewhere() ? [sync()] : []), query(text)]);
  }

  #looksElsewhere(): boolean {
    return this.#wanted !== this.#searchPath;
  }

  /** Goes before a statement in its own message: where it fails, nothing behind it is run. */
  #lookIn(): readonly Uint8Array[] {
    if (!this.#looksElsewhere()) return [];
    return [parse({ text: `SET search_path TO ${this.#wanted}` }), bind({}), execute({})];
  }

  /**
   * PGlite answers on this very thread: statement upon statement, timers and sockets would never have their turn.
   */
  async #letOthersRun(): Promise<void> {
    if (performance.now() - this.#turnBegan < TURN_MILLIS) return;
    await setImmediate();
    this.#turnBegan = performance.now();
  }

  discard(): void {
    // There is no other connection to take its place: what is wrong with this one, the next statement says.
  }

  async #send(messages: readonly Uint8Array[]): Promise<StatementResult> {
    await this.#letOthersRun();
    if (this.ended !== undefined) throw this.ended;
    this.sends();
    const lookIn = this.#lookIn();
    const wanted = this.#wanted;
    try {
      const answer = await this.pglite.execProtocol(Buffer.concat([...lookIn, ...messages]));
      this.#searchPath = wanted;
      return resultOf(answer.messages);
    } catch (error) {
      // A statement that fails takes back what went before it in its message.
      if (lookIn.length > 0) this.#searchPath = '';
      const { severity } = error as { readonly severity?: string };
      if (severity === 'PANIC' || severity === 'FATAL')
        this.ended = new DatabaseUnavailableError('the embedded database has ended', { cause: error });
      throw sqlError(error);
    }
  }
}

type Messages = Awaited<ReturnType<PGlite['execProtocol']>>['messages'];

function resultOf(messages: Messages): StatementResult {
  const rows: object[] = [];
  let columns: { readonly name: string; readonly read: (text: string) => unknown }[] = [];
  let tag = '';
  for (const message of messages) {
    if (isRowDescription(message))
      columns = message.fields.map(({ name, dataTypeID }) => ({ name, read: readerOfType(dataTypeID) }));
    else if (isDataRow(message)) {
      const row: Record<string, unknown> = {};
      message.fields.forEach((text, i) => {
        const { name, read } = columns[i]!;
        row[name] = text === null ? null : read(text);
      });
      rows.push(row);
    } else if (isCommandComplete(message)) tag = message.text;
  }
  const [command = '', ...counts] = tag.split(' ');
  return { rows, command, count: Number(counts.at(-1) ?? 0) };
}

interface Named {
  readonly name: string;
}
const isRowDescription = (
  message: Named,
): message is Named & {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
} => message.name === 'rowDescription';
const isDataRow = (message: Named): message is Named & { readonly fields: readonly (string | null)[] } =>
  message.name === 'dataRow';
const isCommandComplete = (message: Named): message is Named & { readonly text: string } =>
  message.name === 'commandComplete';
