import { hasTable, type Sql } from '@smartkey/database';
import { MissingNodesError, StoredTree } from '../tree/stored-tree.ts';

/** How far the tree over a log goes, and what it comes to. */
export interface StoredTreeHead {
  readonly origin: string;
  readonly size: number;
  /** Base64. */
  readonly root: string;
}

/**
 * The tree as the schema holds it that `sql` looks in.
 * @param size over so many leaves from the first; over all where missing.
 * @returns undefined where there is none, it has not so many leaves, or lacks nodes.
 */
export async function storedTreeHead(sql: Sql, size?: number): Promise<StoredTreeHead | undefined> {
  if (!(await hasTable(sql, 'log_tree'))) return undefined;
  const [row] = await sql.query<{ origin: string; size: bigint }>('SELECT origin, size FROM log_tree');
  if (row === undefined || Number(row.size) < (size ?? 0)) return undefined;
  const over = size ?? Number(row.size);
  try {
    const root = await new StoredTree(sql, Number(row.size)).root(over);
    return { origin: row.origin, size: over, root: Buffer.from(root).toString('base64') };
  } catch (error) {
    if (error instanceof MissingNodesError) return undefined;
    throw error;
  }
}
