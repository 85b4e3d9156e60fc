import type { Readable } from 'node:stream';
import { mustAdmit } from '@smartkey/device-registry-domain';
import type { CommandContext } from '@smartkey/event-store';
import { decodeCursor, encodeCursor, pageOf, type CsvCharset, type Page } from '@smartkey/http';
import { newId } from '@smartkey/identity';
import {
  gone,
  invalid,
  notFound,
  ok,
  type Clock,
  type Refused,
  type ContractId,
  type ImportId,
} from '@smartkey/kernel';
import type { ContractKnowledge } from '../contracts/contract-knowledge.ts';
import type { DoneOrRefused } from '../log/account-handler.ts';
import { receiveFile } from './import-receiver.ts';
import type { ImportView } from './import-view.ts';
import type { ImportRetention } from './import-retention.ts';
import type { ImportStore } from './import-store.ts';
import type { ImportWorker } from './import-worker.ts';

const unknownImport = notFound('not-found', 'There is no such import.');

/** Imports of IDs from CSV files: taken in whole first, then worked off whatever happens. */
export class Imports {
  constructor(
    private readonly store: ImportStore,
    private readonly worker: ImportWorker,
    private readonly contracts: ContractKnowledge,
    private readonly clock: Clock,
    private readonly retention: ImportRetention,
  ) {}

  /** Takes a file in. When this answers, every row of it is kept. @throws PeerUnavailableError */
  async receive(
    contract: ContractId,
    file: Readable,
    dryRun: boolean,
    context: CommandContext,
    charset: CsvCharset = 'utf-8',
  ): DoneOrRefused<ImportView> {
    const refused = await this.#refused(contract);
    if (refused) return refused;
    const now = this.clock.now();
    const id = newId('imp', now);
    await this.store.open(id, contract, dryRun, context.actor, now);
    try {
      const read = await receiveFile(file, (rows) => this.store.rows.add(id, rows), charset);
      if (!read.ok) return read;
      const { total, digest } = read.value;
      const command = `${contract}/${context.commandId}`;
      if (!(await this.store.queue({ id, command, fileDigest: digest, total })))
        return await this.#broughtBefore(command, digest, dryRun);
    } finally {
      await this.store.discard(id);
    }
    this.worker.wake();
    return this.one(contract, id);
  }

  /** The same command with the same file is the same import. */
  async #broughtBefore(command: string, digest: string, dryRun: boolean): DoneOrRefused<ImportView> {
    const former = await this.store.byCommand(command);
    if (former === undefined) return unknownImport;
    const { fileDigest, ...view } = former;
    return fileDigest === digest && view.dryRun === dryRun
      ? ok(view)
      : invalid('idempotency-key-reused', 'The same Idempotency-Key came with another file.');
  }

  /** Why the contract takes no import now: there is none (404), or nobody can be registered with it. */
  async #refused(contract: ContractId): Promise<Refused> {
    const now = this.clock.now();
    const terms = await this.contracts.termsAt(contract, now);
    return terms === undefined ? notFound('not-found', 'There is no such contract.') : mustAdmit(terms, now);
  }

  async one(contract: ContractId, id: ImportId): DoneOrRefused<ImportView> {
    const view = await this.store.view(contract, id);
    return view === undefined ? unknownImport : ok(view);
  }

  /** The import whose results can be had: they name people, and are forgotten after a time. */
  async withResults(contract: ContractId, id: ImportId): DoneOrRefused<ImportView> {
    const found = await this.one(contract, id);
    if (!found.ok) return found;
    return this.retention.isOver(found.value)
      ? gone(
          'import-purged',
          `Rows and results of an import are kept for ${this.retention.days} days after its end.`,
        )
      : found;
  }

  async page(contract: ContractId, limit: number, cursor?: string): Promise<Page<ImportView>> {
    const before = cursor === undefined ? undefined : decodeCursor(cursor, 'imp')[0];
    const rows = await this.store.page(contract, before, limit + 1);
    return pageOf(rows, limit, (last) => encodeCursor(last.id));
  }
}
