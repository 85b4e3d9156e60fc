import type { Database } from '@smartkey/database';
import { type ServiceName, SERVICES } from '@smartkey/event-bus';
import { FollowedLosses } from '@smartkey/event-store';
import { Loop, Worker } from '@smartkey/lifecycle';
import { inSpan } from '@smartkey/tracing';
import type { Logger } from 'pino';
import { ERASURES_PLACE } from '../erasures/erasures.ts';
import type { LogIncarnations } from './log-incarnations.ts';

const EVERY_MILLIS = 10_000;

/**
 * Goes back with a service's log where that lost its end and two people accepted it: answers that were kept are forgotten, and what follows the
 * log goes on behind what was kept. Erasures are followed from the beginning: which of them it has seen nobody can tell.
 */
export class FollowedLogs extends Worker {
  protected readonly loop: Loop;
  readonly #losses: FollowedLosses;

  constructor(
    private readonly parts: {
      readonly database: Database;
      readonly incarnations: Pick<LogIncarnations, 'of'>;
      readonly log: Logger;
    },
  ) {
    super();
    this.#losses = new FollowedLosses(parts.database);
    this.loop = new Loop({
      turn: () => inSpan('followed logs', { service: 'gateway', root: true, quiet: true }, () => this.look()),
      periodMillis: EVERY_MILLIS,
      tell: (error) => parts.log.warn({ err: error }, 'it could not be asked whether a log has begun anew'),
    });
  }

  async look(): Promise<void> {
    for (const source of SERVICES) {
      const last = await this.parts.incarnations.of(source);
      if (last === undefined || last.number === 1) continue;
      if ((await this.#losses.open(source, [last.number])).length > 0) await this.#follow(source, last);
    }
  }

  async #follow(
    source: ServiceName,
    { number, keptPosition }: { readonly number: number; readonly keptPosition: bigint },
  ): Promise<void> {
    const { database, log } = this.parts;
    await database.transaction(async (tx) => {
      // A repeat is the same command to its owner, who answers what he has and does anew what he has lost.
      await tx.execute('DELETE FROM idempotency WHERE status IS NOT NULL');
      await tx.execute('UPDATE notice_places SET position = least(position, $2) WHERE source = $1', [
        source,
        keptPosition,
      ]);
      if (source === 'device-registry') {
        await tx.execute('UPDATE user_notices SET position = least(position, $1)', [keptPosition]);
        await tx.execute('UPDATE notice_places SET position = 0 WHERE source = $1', [ERASURES_PLACE]);
      }
      await this.#losses.followed({ source, number }, tx);
    });
    log.warn({ source, incarnation: number }, 'a log began anew: answers that were kept are forgotten');
  }
}
