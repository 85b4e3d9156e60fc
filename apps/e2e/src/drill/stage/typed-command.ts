import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ownProcess } from '@smartkey/servers';
import { NODE_FLAGS, ROOT } from '@smartkey/testing/end-to-end';

/** What a command of the command line came to. */
export interface CliOutcome {
  readonly code: number;
  readonly lines: readonly string[];
  readonly millis: number;
}

/** A command of the command line, as an operator types it. @param settings its environment, besides `PATH`. */
export async function typedCommand(
  words: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<CliOutcome> {
  const begun = performance.now();
  const child = ownProcess(
    spawn(process.execPath, [...NODE_FLAGS, join(ROOT, 'apps/cli/dist/main.js'), ...words], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], ...settings },
    }),
  );
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed = (printed + String(chunk)).slice(-100_000)));
  const [code] = (await once(child, 'close')) as [number | null];
  const millis = Math.round(performance.now() - begun);
  return { code: code ?? -1, lines: printed.trimEnd().split('\n'), millis };
}
