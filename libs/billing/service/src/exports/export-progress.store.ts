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

  /** Counts a try before it begins, so that one that takes the process with it counts. @returns how many there are with it. */
  async begin(id: string): Promise<number> {
    const [row] = await this.database.query<{ tries: number }>(
      `insert into export_progress as progress (id, documents, of_documents, tries) values ($1, 0, 0, 1)
       on conflict (id) do update set tries = progress.tries + 1 returning tries`,
      [id],
    );
    return row!.tries;
  }

  /** It was no try: it was stopped, or something that it needs is away. */
  async uncount(id: string): Promise<void> {
    await this.database.execute('update export_progress set tries = tries - 1 where id = $1', [id]);
  }

  async forget(id: string): Promise<void> {
    await this.database.execute('delete from export_progress where id = $1', [id]);
  }

  /** Of one that nobody has begun yet: nothing of nothing. */
  async find(id: string): Promise<ExportProgress> {
    const [row] = await this.database.query<ExportProgress>(
      'select documents, of_documents as "of" from export_progress where id = $1',
      [id],
    );
    return row ?? { documents: 0, of: 0 };
  }
}
