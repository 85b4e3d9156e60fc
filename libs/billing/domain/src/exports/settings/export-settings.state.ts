import type { Fact, Instant } from '@smartkey/kernel';
import { DEFAULT_EXPORT_SETTINGS, type ExportSettings } from './export-settings.ts';
import type { ExportSettingsSet } from './export-settings.events.ts';

/** Settings as they were set; exports name them by their version. */
export interface ToldExportSettings {
  readonly version: number;
  readonly settings: ExportSettings;
  /** Missing for what holds until somebody sets something. */
  readonly setAt?: Instant;
  readonly reason?: string;
}

/** All settings that ever held, in their order; the first are the defaults. */
export interface ExportSettingsLog {
  readonly told: readonly ToldExportSettings[];
}

const DEFAULTS: ToldExportSettings = { version: 0, settings: DEFAULT_EXPORT_SETTINGS };

export const noExportSettings: ExportSettingsLog = { told: [DEFAULTS] };

export function evolveExportSettings(
  { told }: ExportSettingsLog,
  { data: { version, reason, ...settings }, occurredAt }: Fact<ExportSettingsSet>,
): ExportSettingsLog {
  const one = { version, settings, setAt: occurredAt };
  return { told: [...told, reason === undefined ? one : { ...one, reason }] };
}

/** What holds now. */
export const currentExportSettings = ({ told }: ExportSettingsLog): ToldExportSettings =>
  told.at(-1) ?? DEFAULTS;

/** What an export names. */
export const exportSettingsOf = ({ told }: ExportSettingsLog, version: number): ExportSettings | undefined =>
  told.find((each) => each.version === version)?.settings;

/** Whether the log was ever told of such account codes. */
export const knewAccountCodes = (
  { told }: ExportSettingsLog,
  codes: ExportSettings['accountCodes'],
): boolean => told.some(({ settings }) => sameCodes(settings.accountCodes, codes));

function sameCodes(a: ExportSettings['accountCodes'], b: ExportSettings['accountCodes']): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
