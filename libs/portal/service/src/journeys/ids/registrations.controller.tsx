import { Controller, Param } from '@nestjs/common';
import { dayText } from '../../components/time.tsx';
import { FormAt } from '../../forms/form-at.decorator.ts';
import { type Foresight, runForm } from '../../forms/form-flow.tsx';
import { type Answer, redirect } from '../../pages/answer.ts';
import { PageError } from '../../pages/page-error.ts';
import { Access, Visited } from '../../visit/access.decorator.ts';
import { only } from '../../visit/audiences.ts';
import type { Signed } from '../../visit/visit.ts';
import { filled, reasonField } from '../contracts/contract-form.ts';
import type { Account } from './id-words.tsx';
import type { Named } from '../../visit/named.ts';
import { aboutId, type AtId } from './id-form.ts';

type Spell = Account['spells'][number];

type AtSpell = AtId & Named<'spell'>;

/** A clerk's error in the days of an ID is set right. */
@Controller('portal/contracts/:contract/ids/:rid')
export class RegistrationsController {
  @FormAt('registrations/:spell/correction')
  @Access(only('operator'))
  async correct(@Visited() visit: Signed, @Param() at: AtSpell): Promise<Answer> {
    const { t } = visit;
    const { account, name, href, path, form } = await aboutId(visit, at);
    const found = spellOf(account, at.spell);
    return runForm(visit, {
      ...form(`登録期間の訂正：${name}`, `Correct a registration: ${name}`),
      lead: t(
        '誤って記録した日を訂正します。利用日数は訂正後の日で数え直します（別紙1 備考(1)）。',
        'Sets right days that were recorded in error; used days are counted anew.',
      ),
      initial: { registeredOn: found.registeredOn, deregisteredOn: found.deregisteredOn ?? '' },
      fields: [
        {
          kind: 'day',
          name: 'registeredOn',
          label: t('登録日', 'Registered on'),
          hint: t('記録されている日より前の日です。', 'An earlier day than the one recorded.'),
        },
        ...(found.deregisteredOn === null
          ? []
          : ([{ kind: 'day', name: 'deregisteredOn', label: t('解除日', 'Deregistered on') }] as const)),
        reasonField(visit),
      ],
      submit: t('この内容で訂正する', 'Correct it'),
      foresee: () => issuedMonths(visit),
      send: async (values) => {
        const { registeredOn, deregisteredOn } = found;
        await visit.api.PUT('/v1/contracts/{id}/ids/{rid}/registrations/{spell}', {
          params: { path: { ...path, spell: at.spell } },
          body: {
            // What stays as it was is not asked for.
            ...(values['registeredOn'] !== registeredOn && filled(values, ['registeredOn'])),
            ...(values['deregisteredOn'] !== deregisteredOn && filled(values, ['deregisteredOn'])),
            reason: values['reason']!,
          },
        });
        return redirect(`${href}?done=corrected`);
      },
    });
  }

  @FormAt('registrations/:spell/void')
  @Access(only('operator'))
  async void(@Visited() visit: Signed, @Param() at: AtSpell): Promise<Answer> {
    const { t, language } = visit;
    const { account, name, href, path, form } = await aboutId(visit, at);
    const { registeredOn } = spellOf(account, at.spell);
    return runForm(visit, {
      ...form(`登録の取り消し：${name}`, `Void a registration: ${name}`),
      lead: t(
        `${dayText(registeredOn, language)}からの登録を、誤りとして取り消します。利用日数には数えません。`,
        `The registration from ${dayText(registeredOn, language)} on was an error; none of its days count.`,
      ),
      fields: [reasonField(visit)],
      submit: t('登録を取り消す', 'Void it'),
      danger: true,
      foresee: () => issuedMonths(visit),
      send: async (values) => {
        await visit.api.POST('/v1/contracts/{id}/ids/{rid}/registrations/{spell}/void', {
          params: { path: { ...path, spell: at.spell } },
          body: { reason: values['reason']! },
        });
        return redirect(`${href}?done=voided`);
      },
    });
  }
}

function spellOf({ spells }: Account, id: string): Spell {
  const found = spells.find((each) => each.id === id);
  if (found === undefined) throw new PageError(404, 'not-found');
  return found;
}

const issuedMonths = ({ t }: Signed): Foresight => ({
  kind: 'info',
  title: t('訂正の前の記録も残ります。', 'What was recorded before stays on record.'),
  details: t(
    '発行済みの月が変わる場合、差額は次回の請求で調整するか、訂正の書類を発行します。',
    'Where issued months change, the difference is adjusted by the next invoice or corrected.',
  ),
});
