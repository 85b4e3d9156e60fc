import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import { readable } from '@smartkey/lifecycle';

/** What a backup says of itself, in its first file. */
export interface BackupNote {
  readonly format: typeof BACKUP_FORMAT;
  readonly madeAt: string;
  /** Versions of the key-encryption keys that it needs. */
  readonly keys: readonly string[];
  /** How many events each log holds; missing in backups of earlier versions. */
  readonly events?: Partial<Record<ServiceName, number>>;
}

export const BACKUP_FORMAT = 'smartkey-backup/1';
export const BACKUP_NOTE = 'smartkey-backup.json';

/** @returns undefined where the text is no note of a backup. */
export function parseBackupNote(text: string): BackupNote | undefined {
  const note = readable(() => JSON.parse(text) as Partial<BackupNote> | null, 'SyntaxError');
  const sound =
    note?.format === BACKUP_FORMAT &&
    typeof note.madeAt === 'string' &&
    Array.isArray(note.keys) &&
    note.keys.every((key: unknown) => typeof key === 'string' && /^[\w-]{1,40}$/.test(key)) &&
    (note.events === undefined || areCounts(note.events));
  return sound ? (note as BackupNote) : undefined;
}

const areCounts = (events: unknown): boolean =>
  typeof events === 'object' &&
  events !== null &&
  Object.entries(events).every(
    ([service, count]) => SERVICES.includes(service as ServiceName) && Number.isSafeInteger(count) && count >= 0,
  );
