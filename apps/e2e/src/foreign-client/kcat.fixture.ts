import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A record as kcat tells it. */
export interface KcatRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly payload: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Why kcat cannot be used here, in words that say how to get it; never in CI, where a test must fail of it. */
export function whyNoKcat(): string | undefined {
  if (process.env['CI'] !== undefined || spawnSync('kcat', ['-V'], { stdio: 'ignore' }).status === 0)
    return undefined;
  return 'no kcat: apt-get install kcat (Debian, Ubuntu), brew install kcat (macOS)';
}

/** Everything that lies on a topic now, as another program than ours reads it: first all as it stands, then record by record. */
export async function readWithKcat(
  brokers: string,
  topic: string,
): Promise<{ readonly text: string; readonly records: readonly KcatRecord[] }> {
  const { stdout: text } = await run(
    'kcat',
    ['-b', brokers, '-C', '-t', topic, '-o', 'beginning', '-e', '-q', '-J'],
    { maxBuffer: 512 * 1024 * 1024, timeout: 60_000 },
  );
  const records = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const { headers = [], ...record } = JSON.parse(line) as Omit<KcatRecord, 'headers'> & {
        readonly headers?: readonly string[];
      };
      const pairs = Array.from({ length: headers.length / 2 }, (_, n) => [
        headers[2 * n],
        headers[2 * n + 1],
      ]);
      return { ...record, headers: Object.fromEntries(pairs) as Record<string, string> };
    });
  return { text, records };
}
