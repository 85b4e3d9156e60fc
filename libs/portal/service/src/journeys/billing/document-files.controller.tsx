import { Controller, Get, Param } from '@nestjs/common';
import type { Schemas } from '../../api/portal-api.ts';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { downloaded } from '../../pages/downloaded.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { anybody } from '../../visit/audiences.ts';
import { hasRole, isOffice } from '../../visit/me.ts';
import { chosen } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { deliveryChannelText } from './document-files.tsx';
import { invoiceFilter } from './invoice-filter.ts';

/** What a CSV file is written in, as the address asks for. */
const encodingIn = (query: URLSearchParams) =>
  chosen(query, 'encoding', ['utf-8-bom', 'shift_jis'] as const) ?? 'utf-8-bom';

/** A document as one of its files, by the ending of its name. */
const documentAs = (
  { files }: Signed['api'],
  number: string,
  ending: string,
  accept: string,
  query: { readonly encoding?: ReturnType<typeof encodingIn> } = {},
): Promise<Answer> =>
  downloaded(
    files.GET('/v1/invoices/{number}', { params: { path: { number }, query }, headers: { accept } }),
    `${number}.${ending}`,
  );

/** Documents as files, and on their way to whom they are for. */
@Controller('portal/invoices')
export class DocumentFilesController {
  @Get(':number/file.csv')
  @Access(anybody)
  csv(@Visited() { api, query }: Signed, @Param('number') number: string): Promise<Answer> {
    return documentAs(api, number, 'csv', 'text/csv', { encoding: encodingIn(query) });
  }

  @Get(':number/file.pdf')
  @Access(anybody)
  pdf(@Visited() { api }: Signed, @Param('number') number: string): Promise<Answer> {
    return documentAs(api, number, 'pdf', 'application/pdf');
  }

  @Get(':number/file.xml')
  @Access(anybody)
  xml(@Visited() { api }: Signed, @Param('number') number: string): Promise<Answer> {
    return documentAs(api, number, 'xml', 'application/xml');
  }

  @Get(':number/statement.csv')
  @Access(anybody)
  statementAsCsv(@Visited() { api, query }: Signed, @Param('number') number: string): Promise<Answer> {
    return downloaded(
      api.files.GET('/v1/invoices/{number}/statement.csv', {
        params: { path: { number }, query: { encoding: encodingIn(query) } },
      }),
      `${number}-statement.csv`,
    );
  }

  @Get(':number/statement.pdf')
  @Access(anybody)
  statementAsPdf(@Visited() { api }: Signed, @Param('number') number: string): Promise<Answer> {
    return downloaded(
      api.files.GET('/v1/invoices/{number}/statement.pdf', { params: { path: { number } } }),
      `${number}-statement.pdf`,
    );
  }

  @FormAt(':number/delivery')
  @Access((me) => maySend(me))
  async deliver(@Visited() visit: Signed, @Param('number') number: string): Promise<Answer> {
    const { t, api, me } = visit;
    const { recipient, files } = await api.GET('/v1/invoices/{number}', { params: { path: { number } } });
    const channels: readonly Schemas['DeliveryForm']['channel'][] = files.some(
      ({ kind }) => kind === 'jp-pint',
    )
      ? ['mail', 'e-invoice']
      : ['mail'];
    const back = `/portal/invoices/${number}`;
    return runForm(visit, {
      title: t(`もう一度送る（${number}）`, `Send ${number} again`),
      lead: t(
        '請求先に登録されている宛先に送ります。ファイルの作成と相手の受け取りを待ってから「送付済み」になります。',
        'It goes to whom the billing profile names, and waits until it is made and taken.',
      ),
      initial: { channel: 'mail' },
      fields: [
        {
          kind: 'choice',
          name: 'channel',
          label: t('送付の方法', 'By'),
          required: true,
          options: channels.map((value) => ({ value, label: deliveryChannelText(value, t) })),
        },
      ],
      submit: t('送る', 'Send'),
      page: {
        section: isOffice(me) ? 'invoices' : 'billing',
        of: recipient.name,
        trail: [{ href: back, label: number }],
      },
      send: async (values) => {
        await api.POST('/v1/invoices/{number}/deliveries', {
          params: { path: { number } },
          body: { channel: values['channel'] as Schemas['DeliveryForm']['channel'] },
        });
        return redirect(`${back}?done=delivery`);
      },
    });
  }
}

/** Whose the document is, the surface knows: people of a contract need the right there. */
const maySend = (me: Signed['me']): boolean =>
  hasRole(me, 'operator', 'finance') || me.rights.includes('billing');

/** All documents that a search found, as one file (電子帳簿保存法). */
@Controller('portal/invoices.zip')
export class SelectionController {
  @Get()
  @Access(anybody)
  selection(@Visited() { api, query, me }: Signed): Promise<Answer> {
    const contract = me.contract ?? query.get('contract') ?? undefined;
    return downloaded(
      api.files.GET('/v1/invoices.zip', {
        params: { query: { ...invoiceFilter(query), ...(contract !== undefined && { contract }) } },
      }),
      'invoices.zip',
    );
  }
}
