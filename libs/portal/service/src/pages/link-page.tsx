import type { Markup } from 'preact';
import { Hidden } from '../forms/form-flow.tsx';
import type { Visit } from '../visit/visit.ts';
import { page, type Page } from './answer.ts';
import { PageError } from './page-error.ts';

/** 256 random bits in base64url: every link that works once has such a token. */
const TOKEN = /^[\w-]{43}$/;

/** Where a link leads that works once. Looking at it takes nothing: mail scanners open links, people press the button. */
export const linkPage = (
  { t, query }: Pick<Visit, 't' | 'query'>,
  {
    title,
    lead,
    action,
    notes,
    csrf,
  }: {
    readonly title: string;
    readonly lead: string;
    /** What takes the link, at this address. */
    readonly action: string;
    readonly notes?: Markup;
    /** Of who is signed in, where the link is taken in somebody's name. */
    readonly csrf?: string;
  },
): Page =>
  page({
    title,
    section: 'none',
    secretAddress: true,
    lead,
    narrow: true,
    body: (
      <>
        {notes}
        <form method="post" action={action}>
          {csrf !== undefined && <Hidden name="_csrf" value={csrf} />}
          <Hidden name="token" value={query.get('token') ?? ''} />
          <div class="actions">
            <button type="submit">{t('続ける', 'Continue')}</button>
          </div>
        </form>
      </>
    ),
  });

/** The token that such a page sends. @throws PageError 410 for what can be none. */
export function sentToken({ form }: Pick<Visit, 'form'>): string {
  const token = form.get('token') ?? '';
  if (!TOKEN.test(token)) throw new PageError(410, 'gone');
  return token;
}
