import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { LossRefusedError } from '@smartkey/event-store';
import { InternalController, IsText, notFoundProblem, orThrow, unreadable } from '@smartkey/http';
import { conflict, forbidden } from '@smartkey/kernel';
import { InternalParts } from './internal-parts.ts';
import { type ProposalView, proposalView } from './standing.controller.ts';

class ProposedLoss {
  /** Id of the person or key. */
  @IsText({ max: 200 })
  by!: string;

  @IsText({ max: 500, multiline: true })
  reason!: string;

  @IsText({ max: 19 })
  keptPosition!: string;
}

class ConfirmedLoss {
  @IsText({ max: 200 })
  by!: string;
}

/** @throws ProblemException where the error says that the loss cannot be accepted so; else the error. */
function refuse(error: unknown): never {
  if (!(error instanceof LossRefusedError)) throw error;
  switch (error.why) {
    case 'no-loss':
      return orThrow(
        conflict('no-loss', 'The log is not known to lack anything: there is no loss to accept.'),
      );
    case 'not-proposed':
      throw notFoundProblem();
    case 'same-person':
      return orThrow(
        forbidden(
          'same-person',
          'The same person asked for this. Another person than the one who asked decides.',
        ),
      );
    case 'ends-elsewhere':
      return orThrow(
        conflict(
          'log-ends-elsewhere',
          'The log ends elsewhere than the loss was proposed for: look at it again, and propose anew.',
        ),
      );
  }
}

/**
 * A loss of this service's log, accepted by two. Who is another person is the gateway's to know; that two ids differ is seen to here too.
 *
 * - `POST /internal/log/losses {by, reason, keptPosition}` → the proposal
 * - `POST /internal/log/losses/{id}/confirmation {by}` → `{}`: the log is written to again
 */
@InternalController('log/losses')
export class LossesController {
  constructor(private readonly parts: InternalParts) {}

  @Post()
  @HttpCode(200)
  async propose(@Body() { by, reason, keptPosition }: ProposedLoss): Promise<ProposalView> {
    if (!/^\d{1,19}$/.test(keptPosition)) throw unreadable('malformed-body', 'That is no position of a log.');
    const { standing } = this.parts.store;
    const proposal = await standing.propose(by, reason, BigInt(keptPosition)).catch(refuse);
    if (proposal.proposedBy === by) return proposalView(proposal);
    return orThrow(
      conflict('loss-proposed', 'Another person has proposed to accept the loss already: confirm that.'),
    );
  }

  @Post(':id/confirmation')
  @HttpCode(200)
  async confirm(@Param('id') id: string, @Body() { by }: ConfirmedLoss): Promise<object> {
    await this.parts.acceptLoss(by, id).catch(refuse);
    return {};
  }
}
