export interface LockFile {
  packages: Record<string, { version?: string; engines?: { node?: string } | string[] }>;
}

/** The oldest Node.js of each line that a range allows. */
export function oldestOf(range: string): string[];

/** One sentence for each package that does not run on each of those that the workspace is for. */
export function unfitPackages(lock: LockFile): string[];
