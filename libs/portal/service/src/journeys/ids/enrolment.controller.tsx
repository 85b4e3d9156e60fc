import { Controller, Param, Post } from '@nestjs/common';
import type { Schemas } from '../../api/portal-api.ts';
import { Refusal } from '../../api/refusal.ts';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { inContract } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import { type Scan, scanPage, typedCode, wrongCodePage } from '../enrolment/scan-page.tsx';
import type { Named } from '../../visit/named.ts';
import { aboutId, type AtId, idPath, onSurface } from './id-form.ts';

/** An enrolment that begins: how its page says so, and what the surface is asked for. */
interface Beginning {
  readonly title: string;
  readonly lead: string;
  readonly ask: (device: { readonly deviceName?: string }) => Promise<Schemas['StartedEnrolment']>;
}

type AtDevice = AtId & Named<'device'>;
type AtEnrolment = AtId & Named<'enrolment'>;

/** Enrolling a phone: its secret is shown once, and its first code confirms it. */
@Controller('portal/contracts/:contract/ids/:rid')
export class EnrolmentController {
  @FormAt('enrolment')
  @Weighty()
  @Access(inContract('ids', 'operator'))
  begin(@Visited() visit: Signed, @Param() at: AtId): Promise<Answer> {
    const path = onSurface(at);
    return this.start(visit, at, {
      title: visit.t('端末の登録', 'Enrol a device'),
      lead: visit.t(
        '次の画面でQRコードを表示します。利用者本人のスマートフォンで読み取ってください。',
        'The next page shows a QR code for the user’s own phone.',
      ),
      ask: (body) =>
        visit.api.POST('/v1/contracts/{id}/ids/{rid}/enrolments', {
          params: { path },
          body,
        }),
    });
  }

  /** The old phone stays good until the first code of the new one, which ends it. */
  @FormAt('devices/:device/replacement')
  @Weighty()
  @Access(inContract('ids', 'operator'))
  replace(@Visited() visit: Signed, @Param() at: AtDevice): Promise<Answer> {
    const path = { did: at.device };
    return this.start(visit, at, {
      title: visit.t('端末の交換', 'Replace a device'),
      lead: visit.t(
        '次の画面で新しい端末のQRコードを表示します。新しい端末のコードを確認した時に、今の端末は失効します。',
        'The next page shows a QR code for the new phone; its first code ends the present one.',
      ),
      ask: (body) => visit.api.POST('/v1/devices/{did}/replace', { params: { path }, body }),
    });
  }

  private async start(visit: Signed, at: AtId, { title: what, lead, ask }: Beginning): Promise<Answer> {
    const { t } = visit;
    const scan = await this.scanOf(visit, at);
    return runForm(visit, {
      title: t(`${what}：${scan.name}`, `${what}: ${scan.name}`),
      lead,
      fields: [{ kind: 'text', name: 'deviceName', label: t('端末の名前', 'Name of the device'), max: 100 }],
      submit: t('QRコードを表示する', 'Show the QR code'),
      page: scan.around,
      send: async ({ deviceName }) => scanPage(scan, await ask(deviceName ? { deviceName } : {})),
    });
  }

  @Post('enrolment/:enrolment/confirmation')
  @Access(inContract('ids', 'operator'))
  async confirm(@Visited() visit: Signed, @Param() at: AtEnrolment): Promise<Answer> {
    const { enrolment: eid } = at;
    const body = { code: typedCode(visit.form.get('code')) };
    try {
      await visit.api.POST('/v1/enrolments/{eid}/confirmation', { params: { path: { eid } }, body });
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 422) throw error;
      return wrongCodePage(await this.scanOf(visit, at), eid, error);
    }
    return redirect(`${idPath(at)}?done=enrolled`);
  }

  private async scanOf(visit: Signed, at: AtId): Promise<Scan & { readonly name: string }> {
    const { t } = visit;
    const { name, href: back, page } = await aboutId(visit, at);
    return {
      visit,
      csrf: visit.csrf,
      name,
      around: page,
      keepIt: t(
        '画面の写しを取らないでください。認証アプリで読み取り、表示されたコードを下に入力してください。',
        'Keep no copy. Scan it with an authenticator app and enter the code that it shows.',
      ),
      notScanned: t('読み取れない場合', 'If it cannot be scanned'),
      otherWay: () => t('認証アプリにこのキーを入力してください。', 'Enter this key in the app.'),
      onWrong: t('続けて間違えると、この登録は終了します。', ' After a few wrong ones this enrolment ends.'),
      confirmAt: (enrolment) => `${back}/enrolment/${enrolment}/confirmation`,
      back,
    };
  }
}
