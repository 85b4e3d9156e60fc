import { UnavailableError } from '@smartkey/lifecycle';
import { Worker } from 'node:worker_threads';
import type { DoneJob, Job, JobOf } from './jobs.ts';

/** A thread runs what was built, also where the sources themselves are run (tests). */
const ENTRY = new URL(
  './main.js',
  import.meta.url.replace('/billing/service/src/', '/billing/service/dist/'),
);

/** So many jobs may wait; who comes then is to come again. */
const MOST_WAITING = 64;
/** A job that takes longer has run away (system time). */
const LONGEST_MILLIS = 120_000;
/** With nothing to do for so long the thread ends, and its fonts leave the memory (system time). */
const IDLE_MILLIS = 60_000;
/** The fonts take some 100 MB, the longest document less. */
const LIMITS = { maxOldGenerationSizeMb: 1024 };

interface Waiting {
  readonly resolve: (done: DoneJob) => void;
  readonly reject: (error: Error) => void;
}

/** The thread ended under a job: it ran out of memory, or took too long. */
class RenderThreadError extends Error {
  override readonly name = 'RenderThreadError';
}

/** A thread of its own for files, made when it is needed: the service's own has turns of some milliseconds. */
export class RenderThread {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #jobs = 0;
  #closed = false;

  /** @throws UnavailableError where too many wait or it is closed, Error where the thread ends under the job. */
  run(job: JobOf<'document'> | JobOf<'jp-pint'> | JobOf<'statement'>): Promise<DoneJob> {
    if (this.#closed || this.#waiting.size >= MOST_WAITING)
      return Promise.reject(new UnavailableError('no more documents can be rendered at once'));
    this.#jobs += 1;
    const id = this.#jobs;
    return new Promise<DoneJob>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#thread().postMessage({ ...job, id } as Job);
      if (this.#waiting.size === 1) this.#watch(LONGEST_MILLIS);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#end(new UnavailableError('rendering ends'));
  }

  #thread(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(ENTRY, { resourceLimits: LIMITS, execArgv: [], stdin: false });
    worker.on('message', (done: DoneJob) => this.#done(done));
    worker.on('error', (error) => void this.#end(error, worker));
    worker.on('exit', () => void this.#end(new RenderThreadError('the rendering thread ended'), worker));
    // It must not keep a process alive that has nothing else to do.
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #done(done: DoneJob): void {
    this.#waiting.get(done.id)?.resolve(done);
    this.#waiting.delete(done.id);
    this.#watch(this.#waiting.size > 0 ? LONGEST_MILLIS : IDLE_MILLIS);
  }

  #watch(millis: number): void {
    clearTimeout(this.#timer);
    const late = new RenderThreadError('a document took too long to render');
    this.#timer = setTimeout(() => void this.#end(late), millis).unref();
  }

  /** Whoever waits hears why; the next job makes another thread. */
  async #end(error: Error, worker = this.#worker): Promise<void> {
    if (worker === undefined || worker !== this.#worker) return;
    clearTimeout(this.#timer);
    this.#worker = undefined;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(error);
    await worker.terminate();
  }
}
