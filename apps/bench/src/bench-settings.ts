export interface BenchSettings {
  readonly parts: readonly string[];
  /** A tenth of everything. */
  readonly small: boolean;
  readonly runs: number;
  readonly json: boolean;
  /** One run of one part, here; its figures go to the process that asked. */
  readonly once: boolean;
}

export const USAGE = 'bench [part…] [--small] [--runs=3] [--json]';

/** @returns undefined for arguments that mean nothing. */
export function benchSettings(words: readonly string[], names: readonly string[]): BenchSettings | undefined {
  const parts = words.filter((word) => !word.startsWith('--'));
  const options = words.filter((word) => word.startsWith('--'));
  const runs = options.map((option) => /^--runs=([1-9]\d?)$/.exec(option)?.[1]).find(Boolean);
  const known = options.every((option) => /^--(small|json|once|runs=[1-9]\d?)$/.test(option));
  if (!known || parts.some((part) => !names.includes(part))) return undefined;
  return {
    parts: parts.length === 0 ? names : names.filter((name) => parts.includes(name)),
    small: options.includes('--small'),
    runs: Number(runs ?? 3),
    json: options.includes('--json'),
    once: options.includes('--once'),
  };
}
