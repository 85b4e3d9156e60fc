import type { Waiting } from './database.port.ts';
import { quoted } from './quoted.ts';

/** What a statement gave: its rows, and how many rows it touched. */
export interface StatementResult {
  readonly rows: object[];
  readonly count: number;
  /** `COMMIT`, `ROLLBACK`, `SELECT` … */
  readonly command: string;
}

/** One connection, held for a while. Errors are the port's (`sqlError`). */
export interface Session {
  statement(text: string, parameters: readonly unknown[]): Promise<StatementResult>;
  script(text: string): Promise<void>;
  /** The connection is in an unknown state and must not be lent again. */
  discard(reason: unknown): void;
}

/** The connections of one server. */
export interface Connections {
  /** Lends a connection on which unqualified names mean these schemas. */
  use<T>(searchPath: string, work: (session: Session) => Promise<T>): Promise<T>;
  /** See `Database.checkWrites`. */
  checkWrites(searchPath: string): Promise<void>;
  /** See `Database.exclusively`; `key` tells the locks of different schemas apart. */
  exclusively<T>(
    key: string,
    work: (held: AbortSignal) => Promise<T>,
    wait: boolean | Waiting,
  ): Promise<T | undefined>;
}

/** Schemas as `search_path` wants them. */
export const searchPathText = (schemas: readonly string[]): string => schemas.map(quoted).join(', ');
