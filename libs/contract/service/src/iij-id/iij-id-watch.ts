import type { Database } from '@smartkey/database';
import { newId } from '@smartkey/identity';
import { type Clock, systemActor, type ContractId } from '@smartkey/kernel';
import { Loop, pagesBehind } from '@smartkey/lifecycle';
import type { Logger } from 'pino';
import type { ContractHandler } from '../log/contract-handler.ts';
import type { ContractDirectory, RunningContract } from '../directory/contract-directory.ts';
import { IijIdDirectoryUnavailableError, type IijIdDirectory } from './iij-id-directory.ts';

const PAGE = 500;

/**
 * Records which contractors lose or regain their IIJ ID contract (第3条). Asked again and again by one instance of the service at
 * a time; a contract is written to only where the directory says something new.
 */
export class IijIdWatch {
  #rounds: Loop | undefined;

  constructor(
    private readonly iijId: IijIdDirectory,
    private readonly contracts: ContractDirectory,
    private readonly handler: ContractHandler,
    private readonly clock: Clock,
    private readonly database: Database,
    private readonly log: Logger,
  ) {}

  /** @param minutes of the system's time between two rounds. */
  start(minutes: number): void {
    this.#rounds = new Loop({
      turn: () => this.database.exclusively('iij-id-watch', () => this.checkAll(), { wait: false }),
      periodMillis: minutes * 60_000,
      tell: (error) => this.#tell(error),
    });
    this.#rounds.start();
  }

  async stop(): Promise<void> {
    await this.#rounds?.stop();
  }

  /** Asks about every running contract. @throws IijIdDirectoryUnavailableError */
  async checkAll(): Promise<void> {
    const read = (after: ContractId | undefined, limit: number) =>
      this.contracts.running(this.clock.now(), after, limit);
    const pages = pagesBehind({
      size: PAGE,
      from: undefined,
      read,
      placeOf: ({ id }): ContractId | undefined => id,
    });
    for await (const page of pages) await this.#check(page);
  }

  /** Asks about the running contracts of one contractor. @returns their ids. @throws IijIdDirectoryUnavailableError */
  async check(iijIdContract: string): Promise<readonly ContractId[]> {
    const concerned = await this.contracts.runningWith(iijIdContract, this.clock.now());
    await this.#check(concerned);
    return concerned.map(({ id }) => id);
  }

  async #check(contracts: readonly RunningContract[]): Promise<void> {
    const active = await this.iijId.activeAmong([...new Set(contracts.map((each) => each.iijIdContract))]);
    for (const { id, iijIdContract, held } of contracts)
      if (active.has(iijIdContract) !== held) await this.#record(id, active.has(iijIdContract));
  }

  async #record(id: ContractId, held: boolean): Promise<void> {
    const actor = systemActor('contract');
    const context = { commandId: newId('cmd', this.clock.now()), actor };
    const recorded = await this.handler.handle(id, context, (now) => ({
      type: 'RecordIijIdContract',
      now,
      actor,
      held,
    }));
    // It ended since the list was read: nothing is left to record.
    if (!recorded.ok) this.log.debug({ contract: id, code: recorded.error.code }, 'nothing recorded');
  }

  #tell(error: unknown): void {
    if (error instanceof IijIdDirectoryUnavailableError) this.log.warn({ err: error }, 'asked again later');
    else this.log.error({ err: error }, 'the IIJ ID contracts were not all asked about');
  }
}
