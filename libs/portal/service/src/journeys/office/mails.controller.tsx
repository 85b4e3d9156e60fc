import { Controller, Get } from '@nestjs/common';
import type { Schemas } from '../../api/portal-api.ts';
import { StateBadge, type States } from '../../components/badge.tsx';
import { Table } from '../../components/table.tsx';
import { At } from '../../components/time.tsx';
import { type Answer, page } from '../../pages/answer.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { isOffice, mayIn } from '../../visit/me.ts';
import { pageIn } from '../../visit/query.ts';
import type { Signed } from '../../visit/visit.ts';
import { refusedBecause } from '../billing/document-files.tsx';
import { ContractLink, contractNames } from '../contracts/contract-names.tsx';
import { mailText } from './mail-words.ts';

type Mail = Schemas['Mail'];

const STATE: States<Mail['state']> = {
  waiting: ['busy', '送信待ち', 'Waiting'],
  sent: ['good', '送信済み', 'Sent'],
  refused: ['bad', '送信できません', 'Refused'],
};

/** Mails on their way or gone: to whom, about what, how far. A link in one is a way in, so what they say is shown to nobody. */
@Controller('portal/mails')
export class MailsController {
  @Get()
  @Access((me) => mayIn(me, 'read'))
  async list(@Visited() visit: Signed): Promise<Answer> {
    const { t, api, query, me } = visit;
    const { items, nextCursor } = await api.GET('/v1/mails', { params: { query: pageIn(query) } });
    const names = isOffice(me) ? await contractNames(visit, items) : new Map<string, string>();
    const title = isOffice(me) ? t('メール', 'Mails') : t('通知', 'Notices');
    return page({
      title,
      section: 'mails',
      lead: t(
        '宛先と状態だけを表示します。送信が終わってから90日で一覧から消えます。',
        'Recipients and states alone. Ninety days after its end a mail is forgotten.',
      ),
      body: (
        <Table<Mail>
          caption={title}
          rows={items}
          nextCursor={nextCursor}
          empty={t(
            'メールはまだありません。招待や請求書の送付があると、ここに表示されます。',
            'There is no mail yet: invitations and documents will be here.',
          )}
          columns={[
            { head: t('宛先', 'To'), names: true, cell: ({ to }) => to },
            { head: t('種類', 'About'), cell: ({ kind }) => mailText(kind, t) },
            ...(isOffice(me)
              ? [
                  {
                    head: t('契約', 'Contract'),
                    cell: ({ contract }: Mail) =>
                      contract === undefined ? '—' : <ContractLink id={contract} names={names} />,
                  },
                ]
              : []),
            {
              head: t('状態', 'State'),
              cell: ({ state, reason }) => (
                <>
                  <StateBadge of={STATE[state]} />{' '}
                  {reason !== undefined && <span class="note">{refusedBecause(reason, t)}</span>}
                </>
              ),
            },
            { head: t('受付', 'Queued'), cell: ({ queuedAt }) => <At at={queuedAt} /> },
            {
              head: t('終了', 'Ended'),
              cell: ({ endedAt }) => <At at={endedAt} />,
            },
          ]}
        />
      ),
    });
  }
}
