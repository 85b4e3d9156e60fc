import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '@smartkey/testing/end-to-end';

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
  const [out, err] = [process.stdout, process.stderr].map((stream) => (line) => void stream.write(line + '\\n'));
  for (const words of JSON.parse(process.argv[1])) {
    const code = await run(words, { env: process.env, out, err });
    if (code !== 0) throw new Error(words.join(' ') + ' ended with ' + code);
  }`;

/** Commands of the command line, on the data of a system that stands still. @returns what they print. */
export async function offlineCommands(
  dataFolder: string,
  commands: readonly (readonly string[])[],
): Promise<string> {
  const args = ['--input-type=module', '--eval', COMMANDS, JSON.stringify(commands)];
  const env = { PATH: process.env['PATH'], SMARTKEY_DATA_DIR: dataFolder, SMARTKEY_CLOCK: 'sandbox' };
  return (await run(process.execPath, args, { env })).stdout;
}
