import { Controller, Param, Post } from '@nestjs/common';
import { ok, type Schemas } from '../../api/portal-api.ts';
import { Refusal } from '../../api/refusal.ts';
import { Alert } from '../../components/alert.tsx';
import { QrCode } from '../../components/qr-code.tsx';
import { At } from '../../components/time.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import type { Field } from '../../forms/field.ts';
import { FieldControl } from '../../forms/fields.tsx';
import { Hidden, runForm } from '../../forms/form-flow.tsx';
import { wordsOfRefusal } from '../../forms/words-of-refusal.ts';
import { type Answer, page, type Page, redirect } from '../../pages/answer.ts';
import { Heading } from '../../pages/layout.tsx';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { inContract } from '../../visit/audiences.ts';
import type { Told } from '../../visit/language.ts';
import type { Signed } from '../../visit/visit.ts';
import { contractPath, ofContract, readContract, type Contract } from '../contracts/contract-words.tsx';

const codeField = (t: Told): Field => ({
  kind: 'digits',
  name: 'code',
  label: t('アプリに表示されたコード', 'The code that the app shows'),
  required: true,
  max: 8,
  autocomplete: 'one-time-code',
});

/** An enrolment that begins: how its page says so, and what the surface is asked for. */
interface Beginning {
  readonly title: string;
  readonly lead: string;
  readonly ask: (device: { readonly deviceName?: string }) => Promise<Schemas['StartedEnrolment']>;
}

/** Enrolling a phone: its secret is shown once, and its first code confirms it. */
@Controller('portal/contracts/:contract/ids/:rid')
export class EnrolmentController {
  @FormAt('enrolment')
  @Access(inContract('ids', 'operator'))
  begin(@Visited() visit: Signed, @Param('contract') id: string, @Param('rid') rid: string): Promise<Answer> {
    return this.start(visit, id, rid, {
      title: visit.t('端末の登録', 'Enrol a device'),
      lead: visit.t(
        '次の画面でQRコードを表示します。利用者本人のスマートフォンで読み取ってください。',
        'The next page shows a QR code for the user’s own phone.',
      ),
      ask: (body) =>
        ok(
          visit.api.POST('/v1/contracts/{id}/ids/{rid}/enrolments', {
            params: { path: { id, rid } },
            body,
          }),
        ),
    });
  }

  /** The old phone stays good until the first code of the new one, which ends it. */
  @FormAt('devices/:device/replacement')
  @Access(inContract('ids', 'operator'))
  replace(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('rid') rid: string,
    @Param('device') did: string,
  ): Promise<Answer> {
    return this.start(visit, id, rid, {
      title: visit.t('端末の交換', 'Replace a device'),
      lead: visit.t(
        '次の画面で新しい端末のQRコードを表示します。新しい端末のコードを確認した時に、今の端末は失効します。',
        'The next page shows a QR code for the new phone; its first code ends the present one.',
      ),
      ask: (body) => ok(visit.api.POST('/v1/devices/{did}/replace', { params: { path: { did } }, body })),
    });
  }

  private async start(
    visit: Signed,
    id: string,
    rid: string,
    { title: what, lead, ask }: Beginning,
  ): Promise<Answer> {
    const { t, language } = visit;
    const [contract, account] = await Promise.all([
      readContract(visit, id),
      ok(visit.api.GET('/v1/contracts/{id}/ids/{rid}', { params: { path: { id, rid } } })),
    ]);
    const back = `${contractPath(id)}/ids/${rid}`;
    return runForm(visit, {
      title: t(`${what}：${account.externalId}`, `${what}: ${account.externalId}`),
      lead,
      fields: [{ kind: 'text', name: 'deviceName', label: t('端末の名前', 'Name of the device'), max: 100 }],
      submit: t('QRコードを表示する', 'Show the QR code'),
      back: { href: back, label: t('戻る', 'Back') },
      page: { section: 'ids', ...ofContract(contract), trail: [{ href: back, label: account.externalId }] },
      send: async (values) => {
        const started = await ask(values['deviceName'] ? { deviceName: values['deviceName'] } : {});
        const title = t('QRコードの読み取り', 'Scan the QR code');
        return page({
          title,
          section: 'ids',
          ...ofContract(contract),
          trail: [{ href: back, label: account.externalId }],
          body: (
            <div class="narrow">
              <Heading
                title={title}
                lead={
                  <>
                    {t('有効期限：', 'Valid until ')}
                    <At at={started.expiresAt} language={language} />
                  </>
                }
              />
              <Alert
                kind="warning"
                title={t('このQRコードは今だけ表示されます。', 'This QR code is shown only now.')}
              >
                <p>
                  {t(
                    '画面の写しを取らないでください。認証アプリで読み取り、表示されたコードを下に入力してください。',
                    'Keep no copy. Scan it with an authenticator app and enter the code that it shows.',
                  )}
                </p>
              </Alert>
              <QrCode svg={started.qrSvg} t={t} />
              <details>
                <summary>{t('読み取れない場合', 'If it cannot be scanned')}</summary>
                <p>{t('認証アプリにこのキーを入力してください。', 'Enter this key in the app.')}</p>
                <code class="secret">{started.secretBase32}</code>
              </details>
              <ConfirmForm visit={visit} contract={contract} rid={rid} enrolment={started.id} />
            </div>
          ),
        });
      },
    });
  }

  @Post('enrolment/:enrolment/confirmation')
  @Access(inContract('ids', 'operator'))
  async confirm(
    @Visited() visit: Signed,
    @Param('contract') id: string,
    @Param('rid') rid: string,
    @Param('enrolment') eid: string,
  ): Promise<Answer> {
    const code = (visit.form.get('code') ?? '').normalize('NFKC').replace(/\s/g, '');
    try {
      await ok(
        visit.api.POST('/v1/enrolments/{eid}/confirmation', {
          params: { path: { eid } },
          body: { code },
        }),
      );
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 422) throw error;
      return this.again(visit, id, rid, eid, error);
    }
    return redirect(`${contractPath(id)}/ids/${rid}?done=enrolled`);
  }

  private async again(visit: Signed, id: string, rid: string, eid: string, refusal: Refusal): Promise<Page> {
    const { t } = visit;
    const contract = await readContract(visit, id);
    const title = t('コードの入力', 'Enter the code');
    return page({
      title,
      status: 422,
      section: 'ids',
      ...ofContract(contract),
      body: (
        <div class="narrow">
          <Heading title={title} />
          <Alert kind="error" title={t('コードを確認できませんでした', 'The code was not accepted')}>
            <p>
              {t(
                'アプリに今表示されているコードを入力してください。続けて間違えると、この登録は終了します。',
                'Enter the code that the app shows now. After a few wrong ones this enrolment ends.',
              )}
            </p>
          </Alert>
          <ConfirmForm
            visit={visit}
            contract={contract}
            rid={rid}
            enrolment={eid}
            fault={wordsOfRefusal(refusal, t)}
          />
        </div>
      ),
    });
  }
}

const ConfirmForm = ({
  visit,
  contract,
  rid,
  enrolment,
  fault,
}: {
  readonly visit: Signed;
  readonly contract: Contract;
  readonly rid: string;
  readonly enrolment: string;
  readonly fault?: string;
}) => (
  <form
    method="post"
    action={`${contractPath(contract.id)}/ids/${rid}/enrolment/${enrolment}/confirmation`}
    novalidate
  >
    <Hidden name="_csrf" value={visit.csrf} />
    <FieldControl field={codeField(visit.t)} values={{}} fault={fault} t={visit.t} />
    <div class="actions">
      <button type="submit">{visit.t('登録を完了する', 'Confirm')}</button>
      <a class="button secondary" href={`${contractPath(contract.id)}/ids/${rid}`}>
        {visit.t('中止する', 'Stop')}
      </a>
    </div>
  </form>
);
