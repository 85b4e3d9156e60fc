import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isOneOf, OperatorError } from '@smartkey/lifecycle';

const run = promisify(execFile);

/** System time. */
const FETCH_MILLIS = 300_000;

/** The jars, the broker or Java itself cannot be had on this machine. */
export class KafkaUnavailableError extends OperatorError {
  override readonly name = 'KafkaUnavailableError';
}

/**
 * The folder with the jars of the pinned Apache Kafka, fetched from its published Maven artifacts at first use and checked
 * against the checksums in the repository each time.
 * @param root the repository, which holds deploy/kafka/pom.xml and checksums.sha256
 * @throws KafkaUnavailableError where Java 17 or Maven is missing, or a jar is not the pinned one
 */
export async function kafkaJars(root: string): Promise<string> {
  const folder = join(root, '.cache/kafka/jars-4.1.0');
  if (!existsSync(folder)) await fetchJars(root, folder);
  await checkJars(root, folder);
  return folder;
}

async function fetchJars(root: string, folder: string): Promise<void> {
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
        join(root, 'deploy/kafka/pom.xml'),
        'dependency:copy-dependencies',
        `-DoutputDirectory=${arriving}`,
      ],
      { timeout: FETCH_MILLIS, env: process.env },
    );
  } catch (cause) {
    await rm(arriving, { recursive: true, force: true });
    throw new KafkaUnavailableError(whyNotFetched(cause), { cause });
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
function whyNotFetched(error: unknown): string {
  const { code, killed, stdout, stderr } = error as {
    readonly code?: unknown;
    readonly killed?: boolean;
    readonly stdout?: string;
    readonly stderr?: string;
  };
  if (code === 'ENOENT') return 'Kafka cannot be fetched without Maven: install it, and Java 17 or later';
  const lines = `${stdout ?? ''}\n${stderr ?? ''}`
    .split('\n')
    .map((line) => line.replace(/^(\[(ERROR|FATAL|WARNING)\]\s*)+/, '').trim())
    .filter((line) => line !== '');
  const said = lines.find((line) => /could not|failed|cannot|unknown/i.test(line)) ?? lines[0];
  const reason =
    killed === true
      ? `no end within ${FETCH_MILLIS / 60_000} minutes`
      : (said ?? `exit code ${String(code)}`);
  return `Maven runs, but could not fetch the Kafka jars (is the network there, or a mirror in ~/.m2/settings.xml?): ${reason.slice(0, 500)}`;
}

async function checkJars(root: string, folder: string): Promise<void> {
  const pinned = new Map<string, string>();
  for (const line of (await readFile(join(root, 'deploy/kafka/checksums.sha256'), 'utf8'))
    .trim()
    .split('\n')) {
    const [sum, name] = line.split(/\s+/) as [string, string];
    pinned.set(name, sum);
  }
  const found = (await readdir(folder)).filter((name) => name.endsWith('.jar'));
  const missing = [...pinned.keys()].filter((name) => !found.includes(name));
  const foreign = found.filter((name) => !pinned.has(name));
  if (missing.length > 0 || foreign.length > 0)
    throw new KafkaUnavailableError(
      `${folder} is not the pinned set: missing ${missing.join()}, foreign ${foreign.join()}`,
    );
  for (const name of found) {
    const sum = createHash('sha256')
      .update(await readFile(join(folder, name)))
      .digest('hex');
    if (sum !== pinned.get(name))
      throw new KafkaUnavailableError(`${name} is not the pinned jar; remove ${folder} and try again`);
  }
}
