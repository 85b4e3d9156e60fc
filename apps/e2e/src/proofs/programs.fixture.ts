import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { NODE_FLAGS, ROOT } from '@smartkey/testing/end-to-end';

const run = promisify(execFile);

/** What the program that strangers run says of a bundle. */
export async function verified(bundle: string, policy: string, ...options: readonly string[]) {
  const args = [join(ROOT, 'tools/verify-proof.mjs'), '--policy', policy, ...options, bundle];
  try {
    return { code: 0, told: (await run(process.execPath, args)).stdout };
  } catch (error) {
    const { code, stdout } = error as { readonly code: number; readonly stdout: string };
    return { code, told: stdout };
  }
}

/** One process for many commands: each by itself would load its modules and the embedded database anew. */
const COMMANDS = `
  import { run } from ${JSON.stringify(new URL('../../../cli/dist/run.js', import.meta.url).href)};
  for (const words of JSON.parse(process.argv[1])) {
    const lines = [];
    const take = (line) => void lines.push(line);
    const code = await run(words, { env: process.env, out: take, err: take });
    console.log(JSON.stringify({ code, lines }));
  }`;

/** What a command came to. */
export interface Said {
  readonly code: number;
  readonly lines: readonly string[];
}

/** What commands of the command line come to on the data of a system that stands still. */
export async function outcomesOf(
  dataFolder: string,
  commands: readonly (readonly string[])[],
  settings: Readonly<Record<string, string>> = {},
): Promise<readonly Said[]> {
  const args = [...NODE_FLAGS, '--input-type=module', '--eval', COMMANDS, JSON.stringify(commands)];
  const env = {
    PATH: process.env['PATH'],
    SMARTKEY_DATA_DIR: dataFolder,
    SMARTKEY_CLOCK: 'sandbox',
    ...settings,
  };
  const { stdout } = await run(process.execPath, args, { env });
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Said);
}

/** Commands that must succeed. @returns the lines that they print. */
export async function offlineCommands(
  dataFolder: string,
  commands: readonly (readonly string[])[],
): Promise<string> {
  const outcomes = await outcomesOf(dataFolder, commands);
  for (const [n, { code, lines }] of outcomes.entries())
    if (code !== 0) throw new Error(`${commands[n]!.join(' ')} ended with ${code}: ${lines.join('\n')}`);
  return outcomes.flatMap(({ lines }) => lines.map((line) => `${line}\n`)).join('');
}
