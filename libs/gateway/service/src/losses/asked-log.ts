import type { KeptFinding } from '@smartkey/event-store';
import type { FindingsView, LostView, LossProposalView, ProposedLoss, StandingView } from '@smartkey/runtime';
import type { AskedService } from '../forwarding/asked-service.ts';
import type { LosingLog } from './losing-log.ts';

/** A topic is read for some seconds before it is said that it is being read (system time). */
const LOST_MILLIS = 15_000;

/** The log of a service, which answers for it. */
export class AskedLog implements LosingLog {
  constructor(private readonly service: AskedService) {}

  standing(): Promise<StandingView> {
    return this.service.answer({ path: '/internal/log/standing' });
  }

  async findings(): Promise<readonly KeptFinding[] | undefined> {
    return (await this.service.find<FindingsView>({ path: '/internal/log/findings' }))?.findings;
  }

  lost({ after, limit }: Parameters<LosingLog['lost']>[0]): Promise<LostView | undefined> {
    return this.service.find({
      path: `/internal/log/lost?after=${after}&limit=${limit}`,
      timeout: LOST_MILLIS,
    });
  }

  propose(loss: ProposedLoss): Promise<LossProposalView> {
    return this.service.answerOrRefusal({ path: '/internal/log/losses', body: loss });
  }

  async confirm(id: string, by: string): Promise<void> {
    const path = `/internal/log/losses/${encodeURIComponent(id)}/confirmation`;
    await this.service.answerOrRefusal<object>({ path, body: { by } });
  }
}
