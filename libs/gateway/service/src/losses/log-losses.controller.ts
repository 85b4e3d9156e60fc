import { Body, Controller, Param, Query } from '@nestjs/common';
import { ApiTags, CurrentActor, Route, PageQuery } from '@smartkey/http';
import type { Actor } from '@smartkey/kernel';
import { LogLosses } from './log-losses.ts';
import type { LogState, LostEvents } from './log-state-view.ts';
import { LossForm } from './loss.form.ts';

@ApiTags('Audit')
@Controller('v1/audit/logs/:log')
export class LogLossesController {
  constructor(private readonly losses: LogLosses) {}

  @Route('GET', {
    summary:
      'Whether a log went back, as after an older copy of its database was put back, and who knows of more',
    description:
      'The log is `contract`, `device-registry`, `authentication`, `billing` or `gateway`. Of the gateway’s own it is also said which keys and people the other logs name that it does not know.',
    roles: ['operator', 'auditor'],
    errors: { 404: 'There is no log of that name.' },
  })
  state(@Param('log') log: string): Promise<LogState> {
    return this.losses.state(log);
  }

  @Route('GET lost', {
    summary: 'The events that a log which went back has lost, as far as its topic tells',
    description:
      'In the order of their positions. A topic is read whole, which may take minutes: until then `topic` is `reading`, and whoever asks again is answered from the same reading. 10,000 events are listed at most, and all of them counted; `log compare --after` lists any number.',
    roles: ['operator', 'auditor'],
    errors: { 404: 'There is no log of that name.', 422: 'A parameter is broken.' },
  })
  lost(@Param('log') log: string, @Query() query: PageQuery): Promise<LostEvents> {
    return this.losses.lost(log, query);
  }

  @Route('POST losses', {
    summary: 'Proposes to give up what a log lacks',
    description:
      'Where there is no younger copy. Another person confirms; until then nothing is written to the log. Who has proposed may propose anew.',
    roles: ['operator'],
    stepUp: true,
    body: LossForm,
    status: 201,
    errors: {
      404: 'There is no log of that name.',
      409: 'Nothing is lost (`no-loss`), the log ends elsewhere (`log-ends-elsewhere`), or another person has proposed it already (`loss-proposed`).',
      422: 'A field is broken.',
    },
  })
  propose(
    @Param('log') log: string,
    @Body() form: LossForm,
    @CurrentActor() actor: Actor,
  ): Promise<LogState> {
    return this.losses.propose(log, form, actor);
  }

  @Route('POST losses/:id/confirmation', {
    summary: 'Confirms, as another person than the one who proposed it, that what a log lacks is given up',
    description: 'The log is written to again, and its readers are made anew from it.',
    roles: ['operator'],
    stepUp: true,
    status: 200,
    errors: {
      403: 'The same person proposed it (`same-person`), or it cannot be told (`person-unknown`).',
      404: 'There is no such log, or it is not this that is proposed.',
      409: 'Nothing is lost (`no-loss`), or the log ends elsewhere than when it was proposed (`log-ends-elsewhere`).',
    },
  })
  confirm(
    @Param('log') log: string,
    @Param('id') id: string,
    @CurrentActor() actor: Actor,
  ): Promise<LogState> {
    return this.losses.confirm(log, id, actor);
  }
}
