import { OperatorError } from '@smartkey/lifecycle';
import { execFile, type ExecFileOptions } from 'node:child_process';
import { constants } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ownFolder, ownLeftover, ownProcess, removeFolder } from '@smartkey/servers';

const execute = promisify(execFile);

const run = (
  ...asked: [string, string[], ExecFileOptions]
): Promise<{ readonly stdout: string; readonly stderr: string }> => {
  const running = execute(...asked);
  // A bench takes its own servers away.
  ownProcess(running.child, 'SIGTERM');
  return running as Promise<{ readonly stdout: string; readonly stderr: string }>;
};
const ROOT = join(import.meta.dirname, '../../../..');
const LOCK = 'package-lock.json';
const MAIN = join('apps', 'bench', 'dist', 'main.js');
/** Characters that a bench may say. */
const MOST_WORDS = 16 * 1024 * 1024;

class CheckoutError extends OperatorError {
  override readonly name = 'CheckoutError';
}

/** A commit in a worktree of its own, built. */
export class Checkout {
  #forget: (() => void) | undefined;

  private constructor(
    readonly name: string,
    private readonly folder: string,
  ) {}

  /** @param ref a commit, as Git names it. */
  static async of(ref: string): Promise<Checkout> {
    const commit = (await git('rev-parse', '--short', `${ref}^{commit}`)).trim();
    const folder = await ownFolder(`smartkey-${commit}-`);
    await git('worktree', 'add', '--detach', '--force', folder, commit);
    const checkout = new Checkout(commit, folder);
    checkout.#forget = ownLeftover(() => checkout.remove());
    try {
      await checkout.#install();
      await run(process.execPath, ['scripts/build.mjs', '--quiet'], { cwd: folder });
      return checkout;
    } catch (error) {
      await checkout.remove();
      throw new CheckoutError(`${ref} cannot be built: ${(error as Error).message}`, { cause: error });
    }
  }

  /** Runs those of the parts that it knows once. @returns what they say. */
  async bench(parts: readonly string[], full: boolean): Promise<string> {
    const { known, several } = await this.#usage();
    const { stdout } = await run(
      process.execPath,
      [
        MAIN,
        ...parts.filter((part) => known.includes(part)),
        ...(full ? [] : ['--small']),
        ...(several ? ['--runs=1'] : []),
      ],
      { cwd: this.folder, maxBuffer: MOST_WORDS },
    );
    return stdout;
  }

  async remove(): Promise<void> {
    await git('worktree', 'remove', '--force', this.folder);
    this.#forget?.();
    await removeFolder(this.folder);
  }

  /** What its bench says of itself, asked for a part that no commit has. */
  async #usage(): Promise<{ readonly known: readonly string[]; readonly several: boolean }> {
    const { stderr } = await run(process.execPath, [MAIN, 'no-such-part'], { cwd: this.folder }).catch(
      (error: unknown) => error as { readonly stderr: string },
    );
    const [, names = ''] = /(?:there|parts) are (.+)/.exec(stderr) ?? [];
    return { known: names.split(', '), several: stderr.includes('--runs') };
  }

  /** The packages that are here already, where its lock is the same; workspaces are links to where they lie, so they lead to its own. */
  async #install(): Promise<void> {
    const [own, here] = await Promise.all(
      [this.folder, ROOT].map((root) => readFile(join(root, LOCK), 'utf8')),
    );
    if (own !== here)
      return void (await run(
        'npm',
        ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'],
        {
          cwd: this.folder,
          maxBuffer: MOST_WORDS,
        },
      ));
    await cp(join(ROOT, 'node_modules'), join(this.folder, 'node_modules'), {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    });
  }
}

const git = async (...words: readonly string[]): Promise<string> =>
  (await run('git', words as string[], { cwd: ROOT })).stdout;
