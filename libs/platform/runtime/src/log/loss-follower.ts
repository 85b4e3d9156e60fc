import type { Database } from '@smartkey/database';
import type { ServiceName } from '@smartkey/event-bus';
import { FollowedLosses, type Incarnation, keepFindings, type LossFinding } from '@smartkey/event-store';
import type { Logger } from 'pino';
import type { SourceLoss } from '../service-definition.ts';

export interface LossFollowerParts {
  readonly service: ServiceName;
  readonly database: Database;
  readonly log: Logger;
}

/** Lets a service follow each loss that the owner of a log has accepted, once to its end, whichever instance does it. */
export class LossFollower {
  readonly #losses: FollowedLosses;
  #sourceLost: ((loss: SourceLoss) => Promise<readonly LossFinding[]>) | undefined;

  constructor(private readonly parts: LossFollowerParts) {
    this.#losses = new FollowedLosses(parts.database);
  }

  /** What the service does. Nothing is followed before it is known. */
  is(sourceLost: ((loss: SourceLoss) => Promise<readonly LossFinding[]>) | undefined): void {
    this.#sourceLost = sourceLost ?? (() => Promise.resolve([]));
  }

  /** @throws what the service throws: then it is tried again by whoever looks next. */
  async follow(source: ServiceName, incarnations: readonly Incarnation[]): Promise<void> {
    if (incarnations.length === 0 || this.#sourceLost === undefined) return;
    const { service, database, log } = this.parts;
    await database.exclusively(
      `${service} follows the losses of ${source}`,
      async () => {
        const open = await this.#losses.open(
          source,
          incarnations.map(({ number }) => number),
        );
        const last = incarnations.at(-1)!;
        if (open.length === 0) return;
        const findings = await this.#sourceLost!({ source, ...last });
        await database.transaction(async (tx) => {
          await keepFindings(tx, { source, number: last.number }, findings);
          for (const number of open) await this.#losses.followed({ source, number }, tx);
        });
        log.warn({ source, incarnation: last.number, findings: findings.length }, 'a loss has been followed');
      },
      { wait: false },
    );
  }
}
