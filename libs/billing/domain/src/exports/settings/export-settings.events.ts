import type { DomainEvent } from '@smartkey/kernel';
import type { ExportSettings } from './export-settings.ts';

/** The settings of ERP files, all of them, as they are from then on. Without a reason: as the environment had them at the first start. */
export type ExportSettingsSet = DomainEvent<
  'ExportSettingsSet',
  ExportSettings & {
    /** 1, 2, …: exports name it. */
    readonly version: number;
    readonly reason?: string;
  }
>;
