import { migrate, type Database } from '@smartkey/database';
import type { EventStore, NeededRow } from '@smartkey/event-store';
import type { Clock, RecordedEvent } from '@smartkey/kernel';
import { Loop } from '@smartkey/lifecycle';
import { Gauges } from '@smartkey/metrics';
import type { SubjectKeys } from '@smartkey/secrets';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { auditLog, isWhole, type AuditedLog, type AuditedParts } from './audit-log.ts';
import type { CheckpointSettings } from './checkpoint-settings.ts';
import type { Checkpoint } from './checkpoint-rows.ts';
import { openCheckpoints, type Checkpoints } from './checkpoints.ts';
import { ContradictionStop } from './contradiction-stop.ts';
import { LogContradictedError } from './log-contradicted-error.ts';
import { headAt, type LogHead } from './log-head.ts';
import { restoreLog } from '../keeping/restore-log.ts';
import { publishedKeys, type PublishedKey } from '../keeping/signing-keys.ts';
import { originOf } from './origins.ts';
import { logTreeMigrations } from './log-tree.migrations.ts';
import { proofPart, type ProofPart, type ProofPartAsked } from '../proof/proof-part.ts';
import { LogTree } from './log-tree.ts';

export interface ProvedLogParts {
  readonly service: string;
  readonly database: Database;
  readonly store: EventStore;
  readonly settings: CheckpointSettings;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly systemNow?: () => number;
  /** The rows beside the log that an event cannot do without; missing: nothing is sealed in them but what a log says of itself. */
  readonly needs?: ((event: RecordedEvent) => readonly NeededRow[]) | undefined;
  /** With what the log tells of an accepted loss; missing: whoever else has it does. */
  readonly keeping?: { readonly subjectKeys: SubjectKeys; readonly clock: Pick<Clock, 'now'> };
}

/** A page of checkpoints, of all names that the log had: the newest first. */
export interface CheckpointPage {
  readonly items: readonly Checkpoint[];
  /** The size before which the next page begins; missing on the last one. */
  readonly next?: number;
}

/** How much of a log a witness has seen: by the first checkpoint and by the last. */
export interface WitnessedLog {
  readonly origin: string;
  readonly first: Checkpoint;
  readonly last: Checkpoint;
  /** Of the last event that the last checkpoint covers. */
  readonly position: string;
  /** Positions of the events that tell of losses of the log, which every proof shows; missing where a version before tells it. */
  readonly restored?: readonly string[];
}

/** A log whose end cannot be cut unseen: it has a tree, and how far it went is signed again and again and kept outside its database. */
export class ProvedLog {
  readonly #loop: Loop;
  readonly #stop: ContradictionStop;
  #contradiction: LogContradictedError | undefined;
  #verified = false;
  /** Broken places that this process found when it last looked; undefined where it has not. */
  #broken: number | undefined;
  readonly #gauges: Gauges;

  private constructor(
    private readonly parts: ProvedLogParts,
    private readonly tree: LogTree,
  ) {
    const { service, log, metrics, settings, store } = parts;
    this.#gauges = new Gauges(metrics, { service });
    this.#stop = new ContradictionStop(store);
    this.#loop = new Loop({
      turn: async (signal) => void (await this.sign(signal)),
      periodMillis: settings.periodMillis,
      backoff: { firstMillis: 60_000, mostMillis: settings.periodMillis },
      tell: (error) => log.error({ err: error }, 'no checkpoint of the log could be signed'),
      over: (failures) => log.info({ failures }, 'checkpoints of the log are signed again'),
    });
  }

  /** What it is signed with, and where that is kept. */
  get settings(): CheckpointSettings {
    return this.parts.settings;
  }

  /** @throws OriginChangedError */
  static async open(parts: ProvedLogParts): Promise<ProvedLog> {
    const { service, database, store, settings } = parts;
    await migrate(database, logTreeMigrations, 'log-tree');
    const origin = originOf(settings.system, service);
    const tree = await LogTree.open(database, store, origin);
    const proved = new ProvedLog(parts, tree);
    await proved.restore().catch((error: unknown) =>
      // Nothing is appended until it is: the next signing tries it again.
      parts.log.error({ err: error }, 'the log does not tell of its accepted loss yet'),
    );
    return proved;
  }

  /**
   * Lets the log tell of a loss that was accepted, where it does not yet: behind the acceptance, and where that was cut off at the next opening or signing.
   * @throws UnavailableError where what was kept cannot be read to its end yet
   */
  async restore(): Promise<void> {
    const { database, store, settings, keeping, systemNow } = this.parts;
    if (keeping === undefined) return;
    const { subjectKeys, clock } = keeping;
    await restoreLog({ database, store, settings, subjectKeys, now: clock.now(), systemNow });
  }

  /** Every key that the log was ever signed with, the first one of its first name first; none where nothing is signed. */
  async keys(): Promise<readonly PublishedKey[]> {
    const { settings, store } = this.parts;
    if (settings.folder === undefined) return [];
    return publishedKeys({ ...settings, store }, await this.tree.origins());
  }

  /** Under which name the log is known now. */
  async origin(): Promise<string> {
    return (await this.tree.origins()).current;
  }

  /** Of the name that the log has now; undefined where nothing is signed. */
  async #checkpoints(): Promise<Checkpoints | undefined> {
    const { settings } = this.parts;
    return settings.folder === undefined ? undefined : this.#under(await this.origin());
  }

  #under(origin: string): Checkpoints | undefined {
    const { database, settings, store, systemNow } = this.parts;
    return openCheckpoints(settings, { database, tree: this.tree, store, systemNow, origin });
  }

  /** Signs once in a while; not where no folder was named. */
  start(): void {
    this.#gauges.show(
      'smartkey_log_broken_places',
      'Places of a log that its last verification by this process found broken; missing where none was.',
      () => this.#broken ?? [],
    );
    if (this.parts.settings.folder === undefined) return;
    this.#gauges.show(
      'smartkey_log_contradicted',
      '1 where a log is not what was signed of it before, so that nothing more is signed.',
      () => (this.#contradiction === undefined ? 0 : 1),
    );
    this.#loop.start();
  }

  async stop(): Promise<void> {
    this.#gauges.stop();
    await this.#loop.stop();
  }

  /** Signs how far the log goes now. @returns undefined where nothing is signed, or nothing is there. @throws LogContradictedError */
  async sign(signal = this.#loop.stopping): Promise<Checkpoint | undefined> {
    await this.restore();
    const checkpoints = await this.#checkpoints();
    if (checkpoints === undefined) return undefined;
    await this.#mustBeSound(checkpoints);
    try {
      const signed = await checkpoints.sign(signal);
      // Another instance is at it, or the log is empty: nothing was looked at.
      if (signed === undefined) return undefined;
      this.#contradiction = undefined;
      await this.#stop.over();
      return signed;
    } catch (error) {
      if (error instanceof LogContradictedError) {
        this.#contradiction = error;
        await this.#stop.by(error);
      }
      throw error;
    }
  }

  async audit(progress?: (events: number) => void): Promise<AuditedLog> {
    const { database, store } = this.parts;
    const audited = await auditLog(
      { database, store, checkpointsOf: this.#auditedUnder(), needs: this.parts.needs },
      progress,
    );
    this.#broken = audited.broken + (audited.tree?.broken ?? 0);
    return audited;
  }

  #auditedUnder(): AuditedParts['checkpointsOf'] {
    return this.parts.settings.folder === undefined ? undefined : (_tree, origin) => this.#under(origin);
  }

  async page(before: number | undefined, limit: number): Promise<CheckpointPage> {
    const items = (await (await this.#checkpoints())?.list({ before, limit })) ?? [];
    return { items, ...(items.length === limit && { next: items.at(-1)!.size }) };
  }

  /**
   * What a proof shows of the log besides its events; undefined where no witness has seen any of it.
   * @param wanted the position that it should cover: where it does not, the log is signed and shown now.
   */
  async witnessed(wanted = 0n): Promise<WitnessedLog | undefined> {
    const known = await this.#witnessed();
    if (this.parts.settings.folder === undefined || (known !== undefined && BigInt(known.position) >= wanted))
      return known;
    try {
      await this.sign();
    } catch (error) {
      this.parts.log.warn({ err: error }, 'a proof waits for a checkpoint that is signed and witnessed');
    }
    return this.#witnessed();
  }

  async #witnessed(): Promise<WitnessedLog | undefined> {
    const origins = await this.tree.origins();
    const seen = await this.#under(origins.current)?.witnessed();
    if (seen === undefined) return undefined;
    const position = await this.tree.positionAt(seen.last.size);
    const restored = origins.restoredAt.map(String);
    return {
      origin: origins.current,
      ...seen,
      position: String(position),
      ...(restored.length > 0 && { restored }),
    };
  }

  /** The next lines of this log in a proof. @throws NotInTreeError */
  proofPart(asked: ProofPartAsked): Promise<ProofPart> {
    return proofPart(this.parts.database, this.parts.store, asked);
  }

  /**
   * How far the log goes up to a position of it that is settled: its events get their leaves first, a page of them after another.
   * @param signal ends that between two pages.
   * @returns undefined where the leaves do not come so far yet: they do the next time.
   */
  headAt(position: bigint, signal: AbortSignal): Promise<LogHead | undefined> {
    const { database, store } = this.parts;
    return headAt({ database, store, tree: this.tree }, position, signal);
  }

  /** That one checkpoint's log begins with another's, as hashes in base64; undefined where either size has none. */
  async consistency(from: number, to: number): Promise<readonly string[] | undefined> {
    const checkpoints = await this.#checkpoints();
    if (checkpoints === undefined || !(await checkpoints.has(from)) || !(await checkpoints.has(to)))
      return undefined;
    const hashes = await (await this.tree.stored()).consistency(from, to);
    return hashes?.map((hash) => Buffer.from(hash).toString('base64'));
  }

  /**
   * What speaks now against the log: what was kept outside is gone, or is not what the log begins with. Nothing is to be issued upon it for good until a
   * person has decided. A witness that is away says nothing.
   */
  async doubt(): Promise<LogContradictedError | undefined> {
    const checkpoints = await this.#checkpoints();
    if (checkpoints === undefined) return undefined;
    const found = await this.#compared(checkpoints);
    // Only the witness speaks against it, so that nothing was found here; what it has forgotten speaks against the witness.
    if (found === undefined)
      return this.#contradiction?.fault === 'witness-disagrees' ? this.#contradiction : undefined;
    if (found.fault !== 'kept-missing') return found;
    // Signing asks the witness for what is gone.
    await this.sign().catch((error: unknown) =>
      this.parts.log.debug({ err: error }, 'nobody tells what was kept'),
    );
    return this.#compared(checkpoints);
  }

  async #compared(checkpoints: Checkpoints): Promise<LogContradictedError | undefined> {
    try {
      await checkpoints.compare();
      return undefined;
    } catch (error) {
      if (error instanceof LogContradictedError) return error;
      throw error;
    }
  }

  /** A log of which nothing was signed yet, one of a former version or with a folder of late, is followed whole before its first checkpoint. */
  async #mustBeSound(checkpoints: Checkpoints): Promise<void> {
    if (this.#verified || (await checkpoints.begun())) return;
    if (!isWhole(await this.audit()))
      throw new LogContradictedError(
        'log-different',
        'its hashes are broken: see the verification of the log',
      );
    this.#verified = true;
  }
}
