import type { Database } from '@smartkey/database';
import type { FieldError } from '@smartkey/http';
import type { ContractId } from '@smartkey/kernel';
import type { LoggedInvoice } from '../log/invoice-log.ts';
import type { Counts, DocumentAt, LogSpan, RenditionKind } from './document-files.query.ts';

/** What a document lacks for one of its files. */
export interface RefusedFile {
  readonly number: string;
  readonly kind: RenditionKind;
  readonly errors: readonly FieldError[];
}

/** The same, where it stands. */
export interface RefusedAt extends RefusedFile {
  readonly contract: ContractId;
  /** Of the document in the log. */
  readonly position: bigint;
}

/** Files that cannot be made yet, and why: work that waits for a person. */
export class RefusedFiles {
  constructor(private readonly database: Database) {}

  async of(numbers: readonly string[]): Promise<readonly RefusedFile[]> {
    return this.database.query<RefusedFile>(
      'select number, kind, errors from refused_file where number = any($1::text[])',
      [numbers],
    );
  }

  /** A page of all of them in the order of issue, behind one of them. */
  page(
    after: { readonly position: bigint; readonly kind: string },
    limit: number,
  ): Promise<readonly RefusedAt[]> {
    return this.database.query<RefusedAt>(
      `select number, kind, contract, position, errors from refused_file
       where (position, kind) > ($1::bigint, $2) order by position, kind limit $3::integer`,
      [after.position, after.kind, limit],
    );
  }

  /** @param program what refused it: another one may be able to. */
  async refuse(
    { invoice, position }: Pick<LoggedInvoice, 'invoice' | 'position'>,
    kind: RenditionKind,
    errors: readonly FieldError[],
    program: string,
  ): Promise<void> {
    await this.database.execute(
      `insert into refused_file (number, kind, contract, document_kind, position, errors, program)
       values ($1, $2, $3, $4, $5::bigint, $6::text::jsonb, $7)
       on conflict (number, kind) do update set errors = excluded.errors, program = excluded.program`,
      [invoice.number, kind, invoice.contract, invoice.kind, position, JSON.stringify(errors), program],
    );
  }

  async forget(number: string, kind: RenditionKind): Promise<void> {
    await this.database.execute('delete from refused_file where number = $1 and kind = $2', [number, kind]);
  }

  /** What was told now may be what they waited for. @param contract of one; of all where it is missing. */
  async tryAgain(contract?: ContractId): Promise<void> {
    await this.database.execute(
      'update refused_file set again = true where not again and ($1::text is null or contract = $1)',
      [contract ?? null],
    );
  }

  /** The same for what another program refused. */
  async tryAgainBy(program: string): Promise<void> {
    await this.database.execute('update refused_file set again = true where not again and program <> $1', [
      program,
    ]);
  }

  /** The next documents to be tried again, in the order of issue, behind one of them. */
  due(after: bigint, limit: number): Promise<readonly DocumentAt[]> {
    return this.database.query<DocumentAt>(
      `select number, position from refused_file where again and position > $1::bigint
       group by number, position order by position limit $2::integer`,
      [after, limit],
    );
  }

  /** Before the trial, so that what comes while it goes on is not lost. */
  async taken(number: string): Promise<void> {
    await this.database.execute('update refused_file set again = false where number = $1', [number]);
  }

  /** Of the documents of a run; credit notes are of none. */
  async count({ from, to }: LogSpan): Promise<Counts> {
    const rows = await this.database.query<{ kind: RenditionKind; files: number }>(
      `select kind, count(*)::integer as files from refused_file
       where document_kind <> 'credit-note' and position > $1::bigint and ($2::bigint is null or position <= $2)
       group by kind`,
      [from, to],
    );
    return countsOf(rows);
  }

  /** Of all documents. */
  async countAll(): Promise<Counts> {
    return countsOf(
      await this.database.query<{ kind: RenditionKind; files: number }>(
        'select kind, count(*)::integer as files from refused_file group by kind',
      ),
    );
  }
}

const countsOf = (rows: readonly { readonly kind: RenditionKind; readonly files: number }[]): Counts => {
  const found = new Map(rows.map(({ kind, files }) => [kind, files]));
  return {
    pdf: found.get('pdf') ?? 0,
    'jp-pint': found.get('jp-pint') ?? 0,
    statement: found.get('statement') ?? 0,
  };
};
