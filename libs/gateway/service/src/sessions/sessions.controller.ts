import { Controller } from '@nestjs/common';
import { ApiTags, CurrentActor, IdParam, Route } from '@smartkey/http';
import type { Actor, SessionId } from '@smartkey/kernel';
import { ANY_PERSON, OWN } from '../me/own.ts';
import { OwnAccount } from '../me/own-account.ts';
import type { SessionView } from './session-view.ts';

/** What a session's end leaves. */
interface EndedSession {
  /** @prefix ses */
  readonly id: SessionId;
  readonly ended: true;
}

@ApiTags('People')
@Controller('v1/sessions')
export class SessionsController {
  constructor(private readonly account: OwnAccount) {}

  @Route('GET', {
    summary: 'Lists one’s own sessions',
    ...OWN,
  })
  async list(@CurrentActor() actor: Actor): Promise<{ items: readonly SessionView[] }> {
    return { items: await this.account.sessions(actor) };
  }

  @Route('DELETE :sid', {
    summary: 'Ends a session: one’s own, an operator anybody’s. It fails from the next request on',
    roles: [...ANY_PERSON, 'newcomer'],
    own: true,
    errors: { 404: 'No such session, or another person’s.' },
  })
  async end(@IdParam('sid', 'ses') id: SessionId, @CurrentActor() actor: Actor): Promise<EndedSession> {
    await this.account.endSession(id, actor);
    return { id, ended: true };
  }
}
