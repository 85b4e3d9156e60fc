import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isOneOf, type OperatorError } from '@smartkey/lifecycle';

const run = promisify(execFile);

/** System time. */
const FETCH_MILLIS = 300_000;

/** A program that comes as published Maven artifacts. */
export interface PinnedJars {
  /** As sentences call it: `Kafka`. */
  readonly program: string;
  /** The folder in the repository with `pom.xml` and `checksums.sha256`. */
  readonly pinnedIn: string;
  /** The folder in the repository that the jars are fetched into; its name tells the version. */
  readonly folder: string;
  /** What is thrown where they cannot be had. */
  readonly failure: new (message: string, options?: ErrorOptions) => OperatorError;
}

/**
 * The folder with a program's jars, fetched at first use and checked against the checksums in the repository each time.
 * @param root the repository
 * @throws the program's failure where Java 17 or Maven is missing, or a jar is not the pinned one
 */
export async function mavenJars(root: string, pinned: PinnedJars): Promise<string> {
  const folder = join(root, pinned.folder);
  if (!existsSync(folder)) await fetchJars(root, folder, pinned);
  await checkJars(root, folder, pinned);
  return folder;
}

async function fetchJars(root: string, folder: string, pinned: PinnedJars): Promise<void> {
  const arriving = `${folder}.${process.pid}`;
  await mkdir(arriving, { recursive: true });
  try {
    await run(
      'mvn',
      [
        '-q',
        '-B',
        '-Dstyle.color=never',
        '-f',
        join(root, pinned.pinnedIn, 'pom.xml'),
        'dependency:copy-dependencies',
        `-DoutputDirectory=${arriving}`,
      ],
      { timeout: FETCH_MILLIS, env: process.env },
    );
  } catch (cause) {
    await rm(arriving, { recursive: true, force: true });
    throw new pinned.failure(whyNotFetched(pinned.program, cause), { cause });
  }
  // Another process may have been faster; both copies are the same.
  try {
    await rename(arriving, folder);
  } catch (error) {
    await rm(arriving, { recursive: true, force: true });
    if (!isOneOf(error, ['ENOTEMPTY', 'EEXIST'])) throw error;
  }
}

/** What to do about it: install something, or look at what Maven says. */
function whyNotFetched(program: string, error: unknown): string {
  const { code, killed, stdout, stderr } = error as {
    readonly code?: unknown;
    readonly killed?: boolean;
    readonly stdout?: string;
    readonly stderr?: string;
  };
  if (code === 'ENOENT')
    return `${program} cannot be fetched without Maven: install it, and Java 17 or later`;
  const lines = `${stdout ?? ''}\n${stderr ?? ''}`
    .split('\n')
    .map((line) => line.replace(/^(\[(ERROR|FATAL|WARNING)\]\s*)+/, '').trim())
    .filter((line) => line !== '');
  const said = lines.find((line) => /could not|failed|cannot|unknown/i.test(line)) ?? lines[0];
  const reason =
    killed === true
      ? `no end within ${FETCH_MILLIS / 60_000} minutes`
      : (said ?? `exit code ${String(code)}`);
  return `Maven runs, but could not fetch the ${program} jars (is the network there, or a mirror in ~/.m2/settings.xml?): ${reason.slice(0, 500)}`;
}

async function checkJars(root: string, folder: string, { pinnedIn, failure }: PinnedJars): Promise<void> {
  const pinned = new Map<string, string>();
  for (const line of (await readFile(join(root, pinnedIn, 'checksums.sha256'), 'utf8')).trim().split('\n')) {
    const [sum, name] = line.split(/\s+/) as [string, string];
    pinned.set(name, sum);
  }
  const found = (await readdir(folder)).filter((name) => name.endsWith('.jar'));
  const missing = [...pinned.keys()].filter((name) => !found.includes(name));
  const foreign = found.filter((name) => !pinned.has(name));
  if (missing.length > 0 || foreign.length > 0)
    throw new failure(
      `${folder} is not the pinned set: missing ${missing.join()}, foreign ${foreign.join()}`,
    );
  for (const name of found) {
    const sum = createHash('sha256')
      .update(await readFile(join(folder, name)))
      .digest('hex');
    if (sum !== pinned.get(name))
      throw new failure(`${name} is not the pinned jar; remove ${folder} and try again`);
  }
}
