export * from './database.port.ts';
export * from './files/closed-files.ts';
export { KeyedQueue } from './keyed-queue.ts';
export { migrate, MigrationError, type Migration } from './migration/migrate.ts';
export { FolderInUseError } from './pglite/folder-lock.ts';
export { DATA_FOLDER_MARKS, openPglite, type PgliteOptions } from './pglite/open-pglite.ts';
export { openPostgres, type PostgresOptions } from './postgres/open-postgres.ts';
export { prepared } from './prepared.ts';
