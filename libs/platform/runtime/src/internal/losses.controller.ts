import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { InternalController, IsText } from '@smartkey/http';
import { InternalParts } from './internal-parts.ts';
import { proposeLoss, type LossProposalView, refuseLoss } from './loss-answers.ts';

class LossForm {
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
  propose(@Body() form: LossForm): Promise<LossProposalView> {
    return proposeLoss(this.parts.store.standing, form);
  }

  @Post(':id/confirmation')
  @HttpCode(200)
  async confirm(@Param('id') id: string, @Body() { by }: ConfirmedLoss): Promise<object> {
    await this.parts.acceptLoss(by, id).catch(refuseLoss);
    return {};
  }
}
