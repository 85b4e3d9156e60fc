import type { Database } from '@smartkey/database';
import { openReadable, SubjectErasedError, type SubjectErasures, type SubjectKeys } from '@smartkey/secrets';
import { createHash } from 'node:crypto';
import {
  commitmentOf,
  saltedRow,
  type OpenedRow,
  type SaltedRow,
  type SealedRow,
  type StatementRecord,
} from './statement-row.ts';

/** A million rows are written within minutes (system time). */
const LEFT_BEHIND_HOURS = 24;

/** The rows of statements, each sealed under the key of its account; a part of them at a time. */
export class StatementRows {
  constructor(
    private readonly database: Database,
    private readonly keys: SubjectKeys,
    private readonly erasures: Pick<SubjectErasures, 'mark'>,
  ) {}

  /** Rows will come, of a statement that nothing names yet. */
  async begin(statement: string, number: string): Promise<void> {
    await this.database.execute('insert into statement_under_way (statement, number) values ($1, $2)', [
      statement,
      number,
    ]);
  }

  /** The event that names the statement is there. */
  async named(statement: string): Promise<void> {
    await this.database.execute('delete from statement_under_way where statement = $1', [statement]);
  }

  /** Statements that were begun so long ago that nobody is at them any more, the oldest first. */
  leftBehind(limit: number): Promise<readonly { readonly statement: string; readonly number: string }[]> {
    return this.database.query(
      `select statement, number from statement_under_way
       where begun_at < now() - make_interval(hours => $1) order by begun_at limit $2::integer`,
      [LEFT_BEHIND_HOURS, limit],
    );
  }

  /** Stores the next part. @returns the commitments, in the order of the rows. */
  async append(
    statement: string,
    part: number,
    rows: readonly StatementRecord[],
  ): Promise<readonly Uint8Array[]> {
    const salted = rows.map(saltedRow);
    const sealed = await this.#sealed(salted);
    const commitments = salted.map(commitmentOf);
    const stored = salted.map(({ row: { externalId: _sealed, ...figures } }, index): SealedRow => {
      return {
        ...figures,
        sealed: sealed[index]!,
        commitment: Buffer.from(commitments[index]!).toString('base64url'),
      };
    });
    await this.database.execute(
      'insert into statement_part (statement, part, rows) values ($1, $2::integer, $3::text::jsonb)',
      [statement, part, JSON.stringify(stored)],
    );
    return commitments;
  }

  /** The rows in their order, a part at a time. */
  async *read(statement: string): AsyncGenerator<readonly OpenedRow[]> {
    for (let part = 0; ; part += 1) {
      const [stored] = await this.database.query<{ rows: readonly SealedRow[] }>(
        'select rows from statement_part where statement = $1 and part = $2::integer',
        [statement, part],
      );
      if (stored === undefined) return;
      yield await this.#opened(stored.rows);
    }
  }

  /**
   * Names what rows show now, without reading them: it stays the same until the next erasure of any subject.
   * @returns hex; `undefined` for minutes behind an erasure, while instances may show it or not.
   */
  async tagOf(statement: string, form: string): Promise<string | undefined> {
    const mark = await this.erasures.mark();
    return (
      mark &&
      createHash('sha256')
        .update(JSON.stringify([statement, form, mark]))
        .digest('hex')
    );
  }

  async remove(statement: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.execute('delete from statement_part where statement = $1', [statement]);
      await tx.execute('delete from statement_under_way where statement = $1', [statement]);
    });
  }

  async #sealed(rows: readonly SaltedRow[]): Promise<readonly (string | null)[]> {
    const requests = rows.map((salted) => ({
      subject: salted.row.account,
      texts: [JSON.stringify(salted)],
    }));
    try {
      return (await this.keys.sealMany(requests)).map(([text]) => text!);
    } catch (error) {
      if (!(error instanceof SubjectErasedError)) throw error;
    }
    // Somebody among them was erased: one by one, so that it is left out alone.
    const sealed: (string | null)[] = [];
    for (const { subject, texts } of requests) sealed.push(await this.#sealedUnlessErased(subject, texts));
    return sealed;
  }

  async #sealedUnlessErased(subject: string, texts: readonly string[]): Promise<string | null> {
    try {
      return (await this.keys.seal(subject, texts))[0]!;
    } catch (error) {
      if (error instanceof SubjectErasedError) return null;
      throw error;
    }
  }

  async #opened(rows: readonly SealedRow[]): Promise<readonly OpenedRow[]> {
    const texts = await openReadable(
      this.keys,
      rows.map(({ account, sealed }) => ({ subject: account, sealed: sealed === null ? [] : [sealed] })),
    );
    return rows.map(({ sealed: _sealed, ...row }, index): OpenedRow => {
      const text = texts[index]![0];
      return {
        ...row,
        ...(text !== undefined && { opened: JSON.parse(text) as SaltedRow }),
      };
    });
  }
}
