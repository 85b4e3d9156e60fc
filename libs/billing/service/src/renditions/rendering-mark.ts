import type { Database } from '@smartkey/database';

/** How far documents have been looked at in the order of issue: of each, every file is there or refused. Durable. */
export class RenderingMark {
  constructor(private readonly database: Database) {}

  async position(): Promise<bigint> {
    const [row] = await this.database.query<{ position: bigint }>('select position from rendering');
    return row!.position;
  }

  async moveTo(position: bigint): Promise<void> {
    await this.database.execute('update rendering set position = $1::bigint where position < $1::bigint', [
      position,
    ]);
  }
}
