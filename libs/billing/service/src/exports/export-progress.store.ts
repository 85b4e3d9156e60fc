import type { Database } from '@smartkey/database';

export interface ExportProgress {
  /** Documents that are done. */
  readonly documents: number;
  readonly of: number;
}

/** How far exports are that are being written. */
export class ExportProgressStore {
  constructor(private readonly database: Database) {}

  async save(id: string, { documents, of }: ExportProgress): Promise<void> {
    await this.database.execute(
      `insert into export_progress (id, documents, of_documents) values ($1, $2::integer, $3::integer)
       on conflict (id) do update set documents = excluded.documents, of_documents = excluded.of_documents`,
      [id, documents, of],
    );
  }

  async forget(id: string): Promise<void> {
    await this.database.execute('delete from export_progress where id = $1', [id]);
  }

  async find(id: string): Promise<ExportProgress | undefined> {
    const [row] = await this.database.query<{ documents: number; of_documents: number }>(
      'select documents, of_documents from export_progress where id = $1',
      [id],
    );
    return row && { documents: row.documents, of: row.of_documents };
  }
}
