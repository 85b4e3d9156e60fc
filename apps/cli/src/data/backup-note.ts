/** What a backup says of itself, in its first file. */
export interface BackupNote {
  readonly format: typeof BACKUP_FORMAT;
  readonly madeAt: string;
  /** Versions of the key-encryption keys that it needs. */
  readonly keys: readonly string[];
}

export const BACKUP_FORMAT = 'smartkey-backup/1';
export const BACKUP_NOTE = 'smartkey-backup.json';
