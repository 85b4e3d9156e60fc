import type { ProposalView, ProposedLoss, StandingView } from '@smartkey/runtime';
import type { AskedService } from '../forwarding/asked-service.ts';
import type { LosingLog } from './losing-log.ts';

/** The log of a service, which answers for it. */
export class AskedLog implements LosingLog {
  constructor(private readonly service: AskedService) {}

  standing(): Promise<StandingView> {
    return this.service.answer({ path: '/internal/log/standing' });
  }

  propose(loss: ProposedLoss): Promise<ProposalView> {
    return this.service.answerOrRefusal({ path: '/internal/log/losses', body: loss });
  }

  async confirm(id: string, by: string): Promise<void> {
    const path = `/internal/log/losses/${encodeURIComponent(id)}/confirmation`;
    await this.service.answerOrRefusal<object>({ path, body: { by } });
  }
}
