import type { Database } from '@smartkey/database';
import { keepFindings, type EventStore, type KeptFinding } from '@smartkey/event-store';
import type { Clock } from '@smartkey/kernel';
import {
  acceptLoss,
  lostWithoutTopic,
  proposeLoss,
  refuseLoss,
  standingView,
  type LostView,
  type LossProposalView,
  type ProposedLoss,
  type StandingView,
} from '@smartkey/runtime';
import type { ProvedLog } from '@smartkey/transparency';
import { OWN_LOG } from '../log/people-feed.ts';
import { endWaysIn } from './end-ways-in.ts';
import type { LosingLog } from './losing-log.ts';
import type { UnknownActors } from './unknown-actors.ts';

/** So many names are evidence enough. */
const MOST_NAMED = 20;

/**
 * The gateway's own log. It need not lack anything itself, for keys lie beside it: that the other logs name keys and people whom the gateway does not
 * know is the evidence. None of this is a command of the log, which takes none while it is known to have gone back.
 */
export class OwnLog implements LosingLog {
  constructor(
    private readonly parts: {
      readonly database: Database;
      readonly store: EventStore;
      readonly proved: Pick<ProvedLog, 'settings' | 'restore'>;
      readonly clock: Pick<Clock, 'now'>;
      readonly unknown: UnknownActors;
      /** What accepted losses have left, the newest first. */
      readonly findings: () => Promise<readonly KeptFinding[]>;
    },
  ) {}

  standing(): Promise<StandingView> {
    return standingView(this.parts.store);
  }

  findings(): ReturnType<LosingLog['findings']> {
    return this.parts.findings();
  }

  /** Nothing of it is published. */
  async lost(): Promise<LostView> {
    return lostWithoutTopic(await this.parts.store.standing.wentBack());
  }

  async propose(loss: ProposedLoss): Promise<LossProposalView> {
    const { store, unknown } = this.parts;
    const found = await unknown.newFindings();
    await store.standing.enter(
      found.slice(0, MOST_NAMED).map(({ subject, detail }) => ({ reader: subject, detail })),
      await store.last(),
    );
    return proposeLoss(store.standing, loss);
  }

  async confirm(id: string, by: string): Promise<void> {
    const { database, store, proved, clock, unknown } = this.parts;
    const found = await unknown.newFindings();
    const lossAccepted: NonNullable<Parameters<typeof acceptLoss>[0]['definition']['lossAccepted']> = async (
      tx,
      { number },
    ) => {
      await endWaysIn(tx);
      await keepFindings(tx, { source: OWN_LOG, number }, found);
    };
    const log = { definition: { lossAccepted }, database, store, clock, settings: proved.settings };
    await acceptLoss(log, by, id).catch(refuseLoss);
    await proved.restore();
  }
}
