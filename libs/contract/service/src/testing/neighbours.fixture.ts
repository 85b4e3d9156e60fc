import { Body, Get, HttpCode, Module, Param, Post, Query } from '@nestjs/common';
import { InternalController, unavailable } from '@smartkey/http';
import { notFound, type ApprovalId } from '@smartkey/kernel';
import type {
  CreditNoteApproval,
  CreditNoteApprovals,
  CreditNoteDecided,
  CreditNoteDecision,
  ToldFacts,
  WhatIfAnswer,
  WhatIfAsked,
} from '@smartkey/messages';
import type { ServiceDefinition, ServiceParts } from '@smartkey/runtime';
import { speaking } from '@smartkey/testing/services';

/** What authentication was told directly, in the order in which it came; it can be made to be down. And what billing says. */
export class Told {
  readonly messages: ToldFacts['messages'][number][] = [];
  down = false;
  /** The credit notes that billing has been asked for, and what it was told of decisions. */
  readonly creditNotes: CreditNoteApproval[] = [];
  readonly decisions: (CreditNoteDecision & { readonly approval: ApprovalId })[] = [];
  /** What billing says that issued months come to; unless a test says more, that every change lowers one. */
  figures = (_asked: WhatIfAsked): WhatIfAnswer => ({
    months: [{ month: '2018-01', number: 'SK-1', now: '10300', then: '10299' }],
  });
}

/** A service that publishes what a test appends to its log, and takes what it is told. */
export function neighbour(
  name: 'authentication' | 'billing',
  told: Told,
  found: (parts: ServiceParts) => void,
): ServiceDefinition {
  @InternalController('facts')
  class FactsController {
    @Post('contract')
    @HttpCode(204)
    hear(@Body() { messages }: ToldFacts): void {
      if (told.down) throw unavailable();
      told.messages.push(...messages);
    }
  }
  @InternalController('contracts')
  class WhatIfController {
    @Post(':contract/what-if')
    @HttpCode(200)
    rate(@Body() asked: WhatIfAsked): WhatIfAnswer {
      return told.figures(asked);
    }
  }
  @InternalController('approvals')
  class CreditNoteApprovalsController {
    @Get()
    list(
      @Query('state') state: string | undefined,
      @Query('after') after: string | undefined,
      @Query('limit') limit: string,
    ): CreditNoteApprovals {
      const items = told.creditNotes
        .filter((each) => state === undefined || each.state === state)
        .filter((each) => after === undefined || each.id > after);
      return { items: items.slice(0, Number(limit)) };
    }

    @Post(':approval/decision')
    @HttpCode(200)
    decide(@Param('approval') approval: ApprovalId, @Body() decision: CreditNoteDecision): CreditNoteDecided {
      told.decisions.push({ approval, ...decision });
      return notFound('approval-unknown', 'there is no such approval');
    }
  }
  @Module({ controllers: [FactsController, WhatIfController, CreditNoteApprovalsController] })
  class NeighbourModule {}
  return {
    name,
    ...speaking,
    assemble: (parts) => {
      found(parts);
      return { module: { module: NeighbourModule } };
    },
  };
}
