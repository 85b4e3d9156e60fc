/*
 * Loaded before a program (`--import`): it dies (SIGKILL) at a statement to the embedded database that a file names, so that a test
 * can end it between any two steps. Without the file, and in a thread of the program, nothing is different.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread } from 'node:worker_threads';

/** A step at which a program ends. */
export interface DeathStep {
  /** Stands in the statement, its white space as single blanks. */
  readonly statement?: string;
  /** Stands in its parameters. */
  readonly parameter?: string;
  /** Before it runs; when it has run, in an open transaction where it is part of one; when that is committed. */
  readonly when: 'before' | 'after' | 'committed';
}

/** Names the file that holds the step. */
export const DEATH_FILE = 'DIE_AT_FILE';
const ROOT = join(import.meta.dirname, '../../../..');
const SESSION = 'libs/platform/database/dist/pglite/pglite-session.js';

type Statement = (text: string, parameters: readonly unknown[]) => Promise<unknown>;

function armed(file: string): DeathStep | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DeathStep;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const isStep = (
  { statement = '', parameter = '' }: DeathStep,
  text: string,
  parameters: readonly unknown[],
): boolean =>
  text.replace(/\s+/g, ' ').includes(statement) &&
  (parameter === '' || JSON.stringify(parameters.map(String)).includes(parameter));

/** Nothing of the process runs behind it. */
const die = (): void => void process.kill(process.pid, 'SIGKILL');

async function dieAt(file: string): Promise<void> {
  const url = pathToFileURL(join(ROOT, SESSION)).href;
  const { PgliteSession } = (await import(url)) as { PgliteSession: { prototype: { statement: Statement } } };
  const { statement } = PgliteSession.prototype;
  let isRun = false;
  PgliteSession.prototype.statement = async function (this: unknown, text, parameters) {
    const step = armed(file);
    if (step === undefined) return statement.call(this, text, parameters);
    const isHere = isStep(step, text, parameters);
    if (isHere && step.when === 'before') die();
    const result = await statement.call(this, text, parameters);
    if (isHere && step.when === 'after') die();
    if (isRun && step.when === 'committed' && text === 'COMMIT') die();
    isRun ||= isHere;
    return result;
  };
}

const file = process.env[DEATH_FILE];
if (file !== undefined && isMainThread) await dieAt(file);
