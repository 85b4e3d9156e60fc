import { Controller, Get, Post } from '@nestjs/common';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { linkPage, sentToken } from '../../pages/link-page.tsx';
import { Access, Visited, Weighty } from '../../visit/access.decorator.ts';
import { anybody } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';

/** One's own address of mail: a link goes to the new one, and comes back in a sign-in of the same person. */
@Controller('portal/account')
export class AddressController {
  @FormAt('email')
  @Weighty()
  @Access(anybody)
  async change(@Visited() visit: Signed): Promise<Answer> {
    const { t, api } = visit;
    const { person } = await api.GET('/v1/me');
    const back = '/portal/account';
    return runForm(visit, {
      title: t('メールアドレスの変更', 'Change of your mail address'),
      lead: t(
        '入力したアドレスに、確認のリンクを送ります。リンクを開くまで、これまでのアドレスのままです。変更すると、これまでのアドレスにもお知らせします。',
        'A link goes to the address. The former one stays until you have opened it, and is told of the change.',
      ),
      fields: [
        {
          kind: 'email',
          name: 'email',
          label: t('メールアドレス', 'E-mail'),
          required: true,
          max: 254,
          autocomplete: 'email',
          hint: t(
            '今のアドレスのまま送ると、アドレスの確認だけができます。',
            'The same one again is confirmed.',
          ),
        },
      ],
      initial: { email: person?.email ?? '' },
      submit: t('確認のリンクを送る', 'Send the link'),
      page: { section: 'none', trail: [{ href: back, label: t('アカウント', 'Account') }] },
      send: async (values) => {
        await api.POST('/v1/me/email', { body: { email: values['email']! } });
        return redirect(`${back}?done=asked`);
      },
    });
  }

  @Get('address')
  @Access(anybody)
  link(@Visited() visit: Signed): Answer {
    const { t, csrf } = visit;
    return linkPage(visit, {
      title: t('メールアドレスの確認', 'Confirm your address'),
      lead: t(
        '「続ける」を押すと、リンクが届いたアドレスがあなたのメールアドレスになります。',
        'Press “Continue”: the address at which the link arrived is yours from then on.',
      ),
      action: '/portal/account/address',
      csrf,
    });
  }

  @Post('address')
  @Access(anybody)
  async confirm(@Visited() visit: Signed): Promise<Answer> {
    await visit.api.POST('/v1/me/email/confirmation', { body: { token: sentToken(visit) } });
    return redirect('/portal/account?done=confirmed');
  }
}
