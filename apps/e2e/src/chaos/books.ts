import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openPostgres } from '@smartkey/database';
import type { ClusterSystem } from '@smartkey/testing/end-to-end';
import { answered } from './answered.ts';
import { jstDayOf, type Load } from './load.ts';

/** How many facts of each kind there are. */
export interface Counts {
  readonly registrations: number;
  readonly successes: number;
}

interface Usage {
  readonly accounts: { readonly count: number };
  readonly authentications: { readonly count: number };
  readonly asOf: string | null;
}

const RECOVERY_MILLIS = 120_000;

/** What the logs hold, beside what the ledger counts and what was promised to the people. */
export class Books {
  constructor(
    private readonly cluster: ClusterSystem,
    private readonly load: Load,
  ) {}

  /**
   * Waits until the ledger has everything that occurred before now, by the promise of the watermarks alone, and compares.
   * @throws where it takes longer than two minutes, or any count differs.
   */
  async balance(): Promise<Counts> {
    const now = new Date().toISOString();
    const ledger = await this.#ledgerAfter(now);
    const log = await this.#log();
    if (ledger.registrations !== log.registrations || ledger.successes !== log.successes)
      throw new Error(`the ledger counts ${JSON.stringify(ledger)}, the logs hold ${JSON.stringify(log)}`);
    return ledger;
  }

  /** The ledger once the watermarks of all its sources have passed the instant. */
  async #ledgerAfter(instant: string): Promise<Counts> {
    const deadline = Date.now() + RECOVERY_MILLIS;
    for (;;) {
      const month = monthOf(new Date());
      const { accounts, asOf } = await this.#usage(this.load.enterprise, month);
      // A course may run on into another month.
      const months = [...new Set([monthOf(this.load.begun), month])];
      const usages = await Promise.all(months.map((each) => this.#usage(this.load.provider, each)));
      if ([asOf, ...usages.map((usage) => usage.asOf)].every((each) => each !== null && each > instant))
        return {
          registrations: accounts.count,
          successes: usages.reduce((sum, { authentications }) => sum + authentications.count, 0),
        };
      if (Date.now() > deadline)
        throw new Error(
          `the watermarks stand at ${asOf}, two minutes after ${instant}\n${this.cluster.errors}`,
        );
      await pause(200);
    }
  }

  async #usage(contract: string, month: string): Promise<Usage> {
    const deadline = Date.now() + RECOVERY_MILLIS;
    const answer = await answered(
      () => this.cluster.operator.call<Usage>('GET', `/contracts/${contract}/usage/${month}`),
      () => Date.now() > deadline,
    );
    if (answer?.status !== 200) throw new Error(`usage was answered ${JSON.stringify(answer)}`);
    return answer.body;
  }

  /** Straight from the tables, past every program of ours; every fact that was promised must be among them. */
  async #log(): Promise<Counts> {
    const server = await openPostgres(await databaseUrlOf(this.cluster), { max: 2 });
    try {
      const registry = await server.database('device_registry');
      const registrations = await registry.query<{ n: bigint }>(
        `select count(*) as n from event_log where type = 'IdRegistered' and data->>'contract' = $1`,
        [this.load.enterprise],
      );
      const authentication = await server.database('authentication');
      const ids = await authentication.query<{ id: string }>(
        `select data->>'authentication' as id from event_log where type = 'AuthSucceeded'`,
      );
      const logged = new Set(ids.map(({ id }) => id));
      const lost = [...this.load.successes].filter((id) => !logged.has(id));
      if (lost.length > 0) throw new Error(`promised and not in the log: ${lost.join(', ')}`);
      if (logged.size !== ids.length) throw new Error('an authentication is in the log twice');
      const counts = { registrations: Number(registrations[0]!.n), successes: ids.length };
      if (counts.registrations < this.load.registered.size)
        throw new Error(
          `${this.load.registered.size} registrations were promised, ${counts.registrations} are there`,
        );
      return counts;
    } finally {
      await server.close();
    }
  }
}

const monthOf = (instant: Date): string => jstDayOf(instant).slice(0, 7);

/** The cluster's own server, with the password that it keeps beside its data. */
export async function databaseUrlOf({ state, dataFolder }: ClusterSystem): Promise<string> {
  const url = new URL(state.databaseUrl!);
  url.password = (await readFile(join(dataFolder, 'postgres/password'), 'utf8')).trim();
  return url.href;
}
