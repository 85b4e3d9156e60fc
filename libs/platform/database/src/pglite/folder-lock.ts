import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { open, readFile, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, Loop, OperatorError, readable } from '@smartkey/lifecycle';

/** How often the holder touches its lock file, and how old an untouched one is given up (system time). */
const HEARTBEAT_MILLIS = 2_000;
const STALE_MILLIS = 15_000;

/** Who holds the lock, as the file says. */
interface Holder {
  readonly pid: number;
  /** The system on which `pid` means something: boot and pid namespace where the platform tells, else the host. */
  readonly system: string;
  /** When the process started, in the system's own count; tells a pid from the same one given again. */
  readonly started: string;
  /** One taking of the lock. */
  readonly token: string;
}

/** Another process works with the folder: two at once would lose each other's rows. */
export class FolderInUseError extends OperatorError {
  override readonly name = 'FolderInUseError';
  constructor(
    readonly folder: string,
    readonly pid: number,
  ) {
    super(
      `the data folder ${folder} is in use by another process (pid ${pid}): stop it, or choose another folder`,
    );
  }
}

/** Holds a folder for this process by a file in it; PGlite itself lets any number of processes in. */
export class FolderLock {
  readonly #heartbeat: Loop;

  private constructor(
    private readonly path: string,
    private readonly holder: Holder,
  ) {
    this.#heartbeat = new Loop({
      turn: () => {
        const now = new Date();
        return utimes(path, now, now).catch((error: unknown) => {
          // Whoever removed it took responsibility.
          if (codeOf(error) === 'ENOENT') return 'done' as const;
          throw error;
        });
      },
      periodMillis: HEARTBEAT_MILLIS,
      restsFirst: true,
      // On a file system that takes no writes now: it may again, and until then the lock still tells by its pid.
      tell: (error) =>
        process.emitWarning(`the lock of the data folder could not be touched: ${(error as Error).message}`),
    });
    this.#heartbeat.start();
  }

  /**
   * Takes the lock, also over from a process that is dead.
   * @throws FolderInUseError where its holder lives.
   */
  static async take(folder: string): Promise<FolderLock> {
    const path = join(resolve(folder), 'lock');
    const holder: Holder = { ...thisProcess(), token: randomUUID() };
    while (!(await create(path, JSON.stringify(holder)))) {
      const former = await holderOf(path);
      if (former === 'gone') continue;
      if (await lives(path, former)) throw new FolderInUseError(resolve(folder), former.pid);
      await removeStale(path, former);
    }
    return new FolderLock(path, holder);
  }

  async release(): Promise<void> {
    await this.#heartbeat.stop();
    const current = await holderOf(this.path);
    if (current !== 'gone' && current.token === this.holder.token) await rm(this.path, { force: true });
  }
}

/** @returns false where the file is there. */
async function create(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(content).finally(() => file.close());
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the file of a dead holder; one process at a time, or a second one would remove the lock of the first. */
async function removeStale(path: string, former: Holder): Promise<void> {
  const guard = `${path}.takeover`;
  if (!(await create(guard, String(process.pid)))) {
    if ((await ageOf(guard)) > STALE_MILLIS) await rm(guard, { force: true });
    return sleep(50);
  }
  try {
    const current = await holderOf(path);
    if (current !== 'gone' && current.token === former.token) await rm(path, { force: true });
  } finally {
    await rm(guard, { force: true });
  }
}

async function holderOf(path: string): Promise<Holder | 'gone'> {
  try {
    const text = await readFile(path, 'utf8');
    if (text.startsWith('{') && text.endsWith('}')) return JSON.parse(text) as Holder;
    // Its maker is about to write it, or died before that.
    await sleep(50);
    return { pid: 0, system: 'unknown', started: '', token: text };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'gone';
    throw error;
  }
}

async function lives(path: string, holder: Holder): Promise<boolean> {
  const here = thisProcess();
  if (holder.system === here.system) return runs(holder.pid) && startOf(holder.pid) === holder.started;
  // A pid of another container or machine says nothing here: its heartbeat does.
  const touched = await touchedAt(path);
  while (Date.now() - touched <= STALE_MILLIS) {
    await sleep(250);
    const now = await touchedAt(path);
    if (now !== touched) return now > touched;
  }
  return false;
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function thisProcess(): Omit<Holder, 'token'> {
  const boot = linuxFact(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const namespace = linuxFact(() => readlinkSync('/proc/self/ns/pid'));
  return {
    pid: process.pid,
    system: boot && namespace ? `${boot} ${namespace}` : hostname(),
    started: startOf(process.pid),
  };
}

/** Field 22 of /proc/<pid>/stat: clock ticks from the boot to the start of the process. */
const startOf = (pid: number): string =>
  linuxFact(() => {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19]!;
  });

/** What only Linux tells; empty elsewhere. */
function linuxFact(read: () => string): string {
  return readable(read, 'ENOENT', 'ESRCH', 'EACCES', 'ENOTDIR') ?? '';
}

/** `-Infinity` for a file that is gone. */
async function touchedAt(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return -Infinity;
    throw error;
  }
}
const ageOf = async (path: string): Promise<number> => Date.now() - (await touchedAt(path));
