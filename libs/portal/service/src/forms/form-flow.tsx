import { randomUUID } from 'node:crypto';
import type { Markup } from 'preact';
import { ActionLink } from '../components/action-link.tsx';
import { Refusal } from '../api/refusal.ts';
import { Alert, type AlertKind } from '../components/alert.tsx';
import { Facts } from '../components/table.tsx';
import { type Answer, type Crumb, page, type Page } from '../pages/answer.ts';
import { useSurroundings } from '../pages/surroundings.ts';
import type { Visit } from '../visit/visit.ts';
import { sentenceOfCode } from './code-words.ts';
import { type Field, pointerOf, type Values } from './field.ts';
import { FieldControl, focusTarget } from './fields.tsx';
import { keyOf } from './posted-key.ts';
import { readFields } from './read-fields.ts';
import { shownValue } from './shown-value.tsx';
import { placeOfFault, wordsOfFault, wordsOfRefusal } from './words-of-refusal.ts';

/** What a legal act will bring about, told before it is done. */
export interface Foresight {
  readonly kind: AlertKind;
  readonly title: string;
  /** A paragraph, or several. */
  readonly details?: string | readonly string[];
  /** What is no paragraph. */
  readonly more?: Markup;
  /** Sent along, so that what was shown is what is done. */
  readonly kept?: Values;
}

/** A screen that writes: 入力 → 確認 → 完了, or without the confirmation where nothing binds. */
export interface FormSpec {
  readonly title: string;
  readonly lead?: Markup;
  readonly fields: readonly Field[];
  readonly initial?: Values;
  /** What goes along unseen. */
  readonly hidden?: Values;
  /** Above the fields. */
  readonly above?: Markup;
  /** With it there is a step of confirmation. */
  readonly foresee?: (values: Values) => Promise<Foresight> | Foresight;
  /** On the last button: what it does. */
  readonly submit: string;
  readonly danger?: boolean;
  /** Where it leads without being sent; unless said the page that it lies under, the last of the trail. */
  readonly back?: Crumb;
  readonly page: Pick<Page, 'section' | 'contract' | 'trail' | 'of'>;
  /** What was confirmed is not so any more: it is shown again. */
  readonly again?: boolean;
  /**
   * Writes, once for each press: the surface is asked under the key of the form (`PortalApi`).
   * @throws Refusal, which is shown at its fields.
   */
  readonly send: (values: Values) => Promise<Answer>;
}

/** Shows a form, or takes what it sent. */
export async function runForm(visit: Visit, spec: FormSpec): Promise<Answer> {
  if (visit.request.method !== 'POST')
    return inputPage(visit, spec, { values: spec.initial ?? {}, faults: new Map(), key: randomUUID() });
  const { form, t } = visit;
  // What is shown again is another request than the one that was refused.
  const key = spec.again === true ? randomUUID() : keyOf(form);
  const { values, faults } = readFields(spec.fields, form, t);
  const step = form.get('_step');
  if (faults.size > 0 || step === 'edit')
    return inputPage(visit, spec, { values, faults: step === 'edit' ? new Map() : faults, key });
  try {
    if (spec.foresee !== undefined && (step !== 'send' || spec.again === true))
      return confirmPage(visit, spec, await spec.foresee(values), values, key);
    return await spec.send(values);
  } catch (error) {
    if (!(error instanceof Refusal) || !isShown(error)) throw error;
    return refusedPage(visit, spec, error, values);
  }
}

/** What is told beside the form; the rest has a page of its own. Who may not is told why where there is a reason to tell. */
const isShown = ({ status, code }: Refusal): boolean =>
  [400, 409, 410, 422].includes(status) || (status === 403 && sentenceOfCode(code) !== undefined);

/** The field that a fault points to; the deepest that it lies in. */
const fieldOf = (spec: FormSpec, pointer: string): Field | undefined =>
  spec.fields.find(({ name }) => pointer === pointerOf(name)) ??
  spec.fields.find(({ name }) => pointer.startsWith(`${pointerOf(name)}/`));

function refusedPage(visit: Visit, spec: FormSpec, refusal: Refusal, values: Values): Page {
  const faults = new Map<string, string>();
  const general = [wordsOfRefusal(refusal, visit.t)];
  for (const fault of refusal.faults) {
    const field = fieldOf(spec, fault.pointer);
    if (field === undefined)
      general.push(`${placeOfFault(fault, visit.t)} ${wordsOfFault(fault, visit.t, refusal.code)}`.trim());
    else if (!faults.has(field.name)) faults.set(field.name, wordsOfFault(fault, visit.t, refusal.code));
  }
  // What was refused is another request when it is sent again.
  return inputPage(visit, spec, { values, faults, general, key: randomUUID(), status: refusal.status });
}

interface InputState {
  readonly values: Values;
  readonly faults: ReadonlyMap<string, string>;
  readonly general?: readonly string[];
  readonly key: string;
  readonly status?: number;
}

export const Hidden = ({ name, value }: { readonly name: string; readonly value: string | undefined }) => (
  <input type="hidden" name={name} value={value} />
);

function FaultSummary({
  spec,
  faults,
  general,
}: { readonly spec: FormSpec } & Pick<InputState, 'faults' | 'general'>) {
  const { t } = useSurroundings();
  if (faults.size === 0 && (general === undefined || general.length === 0)) return null;

  const first = general?.[0] ?? t('入力内容に誤りがあります。', 'Some of what you entered is not valid.');
  return (
    <div class="alert alert-error" role="alert" id="faults" tabIndex={-1}>
      <span class="alert-sign" aria-hidden="true">
        ×
      </span>
      <div>
        <p class="alert-title">{first}</p>
        {(faults.size > 0 || (general?.length ?? 0) > 1) && (
          <ul>
            {general?.slice(1).map((text) => (
              <li key={text}>{text}</li>
            ))}
            {spec.fields.map((field) => {
              const fault = faults.get(field.name);
              return fault === undefined ? null : (
                <li key={field.name}>
                  <a href={`#${focusTarget(field)}`}>
                    {fault.includes(field.label)
                      ? fault
                      : t(`${field.label}：${fault}`, `${field.label}: ${fault}`)}
                  </a>
                </li>
              );
            })}
          </ul>
        )}
      </div>
    </div>
  );
}

function inputPage(visit: Visit, spec: FormSpec, state: InputState): Page {
  const { t, csrf, path } = visit;
  const wrong = state.faults.size > 0 || (state.general?.length ?? 0) > 0;
  const back = spec.back ?? { href: spec.page.trail?.at(-1)?.href ?? '/portal', label: t('戻る', 'Back') };
  return page({
    ...spec.page,
    title: wrong ? t(`エラー：${spec.title}`, `Error: ${spec.title}`) : spec.title,
    status: state.status ?? (wrong ? 422 : 200),
    heading: spec.title,
    lead: spec.lead,
    narrow: true,
    body: (
      <>
        <FaultSummary spec={spec} faults={state.faults} general={state.general ?? []} />
        {spec.above}
        <form
          method="post"
          action={path}
          novalidate
          enctype={spec.fields.some(({ kind }) => kind === 'file') ? 'multipart/form-data' : undefined}
        >
          <Hidden name="_csrf" value={csrf} />
          <Hidden name="_key" value={state.key} />
          <Hidden name="_step" value={spec.foresee === undefined ? 'send' : 'confirm'} />
          {Object.entries(spec.hidden ?? {}).map(([name, value]) => (
            <Hidden key={name} name={name} value={value} />
          ))}
          {spec.fields.map((field) => (
            <FieldControl
              key={field.name}
              field={field}
              values={state.values}
              fault={state.faults.get(field.name)}
            />
          ))}
          <div class="actions">
            <button
              type="submit"
              class={spec.danger === true && spec.foresee === undefined ? 'danger' : undefined}
            >
              {spec.foresee === undefined ? spec.submit : t('確認へ進む', 'Continue')}
            </button>
            <ActionLink href={back.href} label={back.label} />
          </div>
        </form>
      </>
    ),
  });
}

function confirmPage(visit: Visit, spec: FormSpec, foresight: Foresight, values: Values, key: string): Page {
  const { t, csrf, path, language } = visit;
  return page({
    ...spec.page,
    title: t(`確認：${spec.title}`, `Confirm: ${spec.title}`),
    lead: t('まだ受け付けていません。内容をご確認ください。', 'Nothing is done yet. Please check.'),
    narrow: true,
    body: (
      <>
        {spec.again === true && (
          <Alert
            kind="warning"
            title={t(
              '表示した内容が変わりました。もう一度ご確認ください。',
              'What was shown has changed. Please check again.',
            )}
          />
        )}
        <Alert kind={foresight.kind} title={foresight.title} details={foresight.details}>
          {foresight.more}
        </Alert>
        <Facts
          facts={spec.fields.map((field) => [field.label, shownValue(field, values, language, t)] as const)}
        />
        <form method="post" action={path} class="confirm">
          <Hidden name="_csrf" value={csrf} />
          <Hidden name="_key" value={key} />
          {Object.entries({ ...values, ...foresight.kept }).flatMap(([name, value]) =>
            spec.fields.find((field) => field.name === name)?.kind === 'several'
              ? value.split(',').map((each) => <Hidden key={`${name}-${each}`} name={name} value={each} />)
              : [<Hidden key={name} name={name} value={value} />],
          )}
          <div class="actions">
            <button
              type="submit"
              name="_step"
              value="send"
              class={spec.danger === true ? 'danger' : undefined}
            >
              {spec.submit}
            </button>
            <button type="submit" name="_step" value="edit" class="secondary">
              {t('修正する', 'Change')}
            </button>
          </div>
        </form>
      </>
    ),
  });
}

/** A button that does one thing at once: a form of its own. */
export const ActionButton = ({
  action,
  label,
  kind = 'secondary',
  fields = {},
}: {
  readonly action: string;
  readonly label: string;
  readonly kind?: 'secondary' | 'danger' | 'primary';
  readonly fields?: Values;
}) => (
  <form method="post" action={action} class="inline">
    <Hidden name="_csrf" value={useSurroundings().csrf} />
    <Hidden name="_key" value={randomUUID()} />
    {Object.entries(fields).map(([name, value]) => (
      <Hidden key={name} name={name} value={value} />
    ))}
    <button type="submit" class={kind === 'primary' ? undefined : kind}>
      {label}
    </button>
  </form>
);
