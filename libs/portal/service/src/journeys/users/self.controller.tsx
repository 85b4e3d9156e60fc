import { Controller, Get, Param, Post } from '@nestjs/common';
import { Refusal } from '../../api/refusal.ts';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { wordsOfFault, wordsOfRefusal } from '../../forms/words-of-refusal.ts';
import { type Answer, redirect } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import type { Visit } from '../../visit/visit.ts';
import { Visits } from '../../visit/visits.ts';
import { scanPage, typedCode, wrongCodePage } from '../enrolment/scan-page.tsx';
import { isProofKind, proofPage } from './proof-page.tsx';
import { scanOfUser } from './self-parts.tsx';
import { codesPage, ownPage, reportPage } from './self-pages.tsx';
import { asUser, noUserCookie, ownPageOf, userCookie, userVisit } from './user-visit.ts';

/** The page of a user: one ID, by a link. It is nobody's who has not shown a code, where the ID had a device. */
@Controller('portal/self')
export class SelfController {
  constructor(private readonly visits: Visits) {}

  @Get()
  @Access('open')
  async show(@Visited() visit: Visit): Promise<Answer> {
    const user = userVisit(this.visits, visit);
    const own = await ownPageOf(user);
    if (own.purpose === 'report') return redirect('/portal/self/report');
    return own.proofNeeded ? proofPage(user, own) : ownPage(user, own);
  }

  @Post('proof')
  @Access('open')
  async prove(@Visited() visit: Visit): Promise<Answer> {
    const user = userVisit(this.visits, visit);
    const kind = visit.form.get('kind');
    const typed = typedCode(isProofKind(kind) ? visit.form.get(kind) : undefined);
    if (!isProofKind(kind) || typed === '') return redirect('/portal/self');
    try {
      const proven = await asUser(user.api.POST('/v1/self/proof', { body: { [kind]: typed } }));
      return redirect('/portal/self', [userCookie(this.visits, proven.token)]);
    } catch (error) {
      if (!(error instanceof Refusal) || (error.status !== 422 && error.status !== 409)) throw error;
      const refusal = new Refusal(
        error.status,
        error.status === 409 ? error.code : 'user-proof-wrong',
        error.detail,
      );
      return proofPage(user, await ownPageOf(user), { kind, text: wordsOfRefusal(refusal, visit.t) });
    }
  }

  @Post('enrolments')
  @Access('open')
  async enrol(@Visited() visit: Visit): Promise<Answer> {
    const user = userVisit(this.visits, visit);
    const deviceName = visit.form.get('deviceName')?.trim().slice(0, 100);
    const body = deviceName ? { deviceName } : {};
    try {
      return scanPage(scanOfUser(user), await asUser(user.api.POST('/v1/self/enrolments', { body })));
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 422 || error.faults[0] === undefined) throw error;
      return ownPage(user, await ownPageOf(user), wordsOfFault(error.faults[0], visit.t));
    }
  }

  @Post('devices/:device/replacement')
  @Access('open')
  async replace(@Visited() visit: Visit, @Param('device') device: string): Promise<Answer> {
    const user = userVisit(this.visits, visit);
    return scanPage(
      scanOfUser(user),
      await asUser(user.api.POST('/v1/self/replacement', { body: { device } })),
    );
  }

  @Post('enrolments/:enrolment/confirmation')
  @Access('open')
  async confirm(@Visited() visit: Visit, @Param('enrolment') eid: string): Promise<Answer> {
    const user = userVisit(this.visits, visit);
    const code = typedCode(visit.form.get('code'));
    try {
      await asUser(
        user.api.POST('/v1/self/enrolments/{eid}/confirmation', {
          params: { path: { eid } },
          body: { code },
        }),
      );
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 422) throw error;
      return wrongCodePage(scanOfUser(user), eid, error);
    }
    return redirect('/portal/self?done=enrolled');
  }

  @Post('recovery-codes')
  @Access('open')
  async recoveryCodes(@Visited() visit: Visit): Promise<Answer> {
    const user = userVisit(this.visits, visit);
    const { codes } = await asUser(user.api.POST('/v1/self/recovery-codes'));
    return codesPage(user, codes);
  }

  @FormAt('report')
  @Access('open')
  async report(@Visited() visit: Visit): Promise<Answer> {
    const user = userVisit(this.visits, visit);
    const done = visit.request.method === 'POST';
    if (done) await asUser(user.api.POST('/v1/self/report'));
    else if ((await ownPageOf(user)).purpose !== 'report') return redirect('/portal/self');
    return reportPage(user, done, done ? [noUserCookie(this.visits)] : []);
  }
}
