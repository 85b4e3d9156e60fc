export interface ExportLog {
  readonly count: number;
}

export const noExports: ExportLog = { count: 0 };
