import { workAlone, type Database } from '@smartkey/database';
import { notFoundProblem, ProblemException } from '@smartkey/http';
import { newId } from '@smartkey/identity';
import type { Actor, ProofId } from '@smartkey/kernel';
import { Loop, Worker } from '@smartkey/lifecycle';
import { failingWork } from '@smartkey/projections';
import type { BusinessClock } from '@smartkey/runtime';
import type { Logger } from 'pino';
import { passes } from '../exports/export-writer.ts';
import { boundTo } from '../invoices/document-for.ts';
import type { InvoiceLog, LoggedInvoice } from '../log/invoice-log.ts';
import type { InvoiceProofs, ReadyProof, WrittenLines } from './invoice-proofs.ts';
import type { ProofFiles } from './proof-files.ts';
import type { ProofJob, ProofJobStore } from './proof-job.store.ts';

/** How often it is looked for proofs that a process left unfinished (system time). */
const LOOK_MILLIS = 15_000;
/** How long it rests after a failure. */
const REST_MILLIS = 5_000;
/** Tries without a further part before a proof is given up. */
const MOST_TRIES = 5;
/** Lines of a part: with it what was written outlives the process. */
const PART_BYTES = 512 * 1024;
/** Of one contract at once. */
const MOST_RUNNING = 3;

export interface ProofJobParts {
  readonly database: Database;
  readonly jobs: ProofJobStore;
  readonly files: ProofFiles;
  readonly proofs: InvoiceProofs;
  readonly invoices: InvoiceLog;
  readonly clock: Pick<BusinessClock, 'now'>;
  readonly log: Logger;
}

/**
 * Writes long proofs behind their answers, one at a time over all instances. What they show was fixed when they were asked for; what a process left
 * unfinished goes on behind its last part.
 */
export class ProofJobs extends Worker {
  protected readonly loop: Loop;

  constructor(private readonly parts: ProofJobParts) {
    super();
    this.loop = new Loop({
      turn: () => this.#work(),
      periodMillis: LOOK_MILLIS,
      backoff: { firstMillis: REST_MILLIS, mostMillis: REST_MILLIS },
      ...failingWork(parts.log, 'writing proofs'),
    });
  }

  /**
   * Asks for a proof. The same one is written once.
   * @param since sizes that the reader holds, as they were asked for.
   * @throws ProblemException 409
   */
  async ask({ invoice }: LoggedInvoice, { number, logs }: ReadyProof, since: string): Promise<ProofJob> {
    const { jobs, clock } = this.parts;
    const { contract } = invoice;
    const fixed = logs.map(({ source, log, old }) => ({ source, log, old }));
    const same = await jobs.same(number, since, fixed);
    if (same !== undefined) return same;
    if ((await jobs.running(contract)) >= MOST_RUNNING)
      throw new ProblemException(
        409,
        'too-many-proofs',
        `${MOST_RUNNING} proofs of the contract are being written.`,
      );
    const id = newId('prf', clock.now());
    const events = logs.reduce((sum, { shown }) => sum + shown.size, 0);
    await jobs.begin({ id, number, contract, logs: fixed, events, since });
    this.wake();
    return (await jobs.find(id))!;
  }

  /** One that an actor may see. @throws ProblemException 404, alike for what is unknown, over, and another's. */
  async find(id: ProofId, actor: Actor): Promise<ProofJob> {
    const job = await this.parts.jobs.find(id);
    if (job === undefined || boundTo(actor, job.contract) === 'another') throw notFoundProblem();
    return job;
  }

  /** The lines of one that is finished. */
  lines({ id, parts }: ProofJob): AsyncGenerator<Uint8Array> {
    return this.parts.files.read(id, parts);
  }

  async #work(): Promise<void> {
    const { database, jobs } = this.parts;
    const { stopping } = this.loop;
    if ((await jobs.next()) !== undefined)
      await workAlone(database, { lock: 'billing:proofs', stopping }, (over) => this.#writeAll(over));
    await jobs.clear();
  }

  async #writeAll(stopping: AbortSignal): Promise<void> {
    const { jobs, log } = this.parts;
    for (let job = await jobs.next(); job !== undefined && !stopping.aborted; job = await jobs.next()) {
      const { id, number } = job;
      const tries = await jobs.begun(id);
      if (tries > MOST_TRIES) {
        await jobs.end(id, 'failed');
        log.error({ proof: id, number, tries }, 'a proof is given up');
        continue;
      }
      try {
        if (await this.#write(job, stopping)) await jobs.end(id, 'finished');
        else await jobs.uncount(id);
      } catch (error) {
        if (passes(error)) await jobs.uncount(id);
        throw error;
      }
    }
  }

  /** @returns whether all of it is written; else it was told to stop. */
  async #write(job: ProofJob, stopping: AbortSignal): Promise<boolean> {
    const { invoices, proofs } = this.parts;
    const document = await invoices.find(job.number);
    if (document === undefined) throw new TypeError(`${job.number} is not in the log any more`);
    const ready = await proofs.again(document, job.logs);
    if (job.place !== undefined && job.place.log > ready.logs.length) return true;
    let { parts } = job;
    let waiting: WrittenLines[] = [];
    let length = 0;
    for await (const lines of proofs.written(ready, job.place)) {
      waiting.push(lines);
      length += lines.text.length;
      if (length < PART_BYTES && lines.place.log <= ready.logs.length) continue;
      await this.#keep({ id: job.id, parts }, waiting);
      [parts, waiting, length] = [parts + 1, [], 0];
      if (stopping.aborted) return lines.place.log > ready.logs.length;
    }
    return true;
  }

  async #keep(job: Pick<ProofJob, 'id' | 'parts'>, lines: readonly WrittenLines[]): Promise<void> {
    const { database, files, jobs } = this.parts;
    const text = lines.map((each) => each.text).join('');
    const events = lines.reduce((sum, each) => sum + each.events, 0);
    await database.transaction(async (tx) => {
      await files.write(tx, job.id, job.parts, text);
      await jobs.came(tx, job, { place: lines.at(-1)!.place, bytes: Buffer.byteLength(text), events });
    });
    // It came on: only tries without a further part are counted.
    await jobs.uncount(job.id);
  }
}
