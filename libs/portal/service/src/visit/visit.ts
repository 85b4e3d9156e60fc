import type { FastifyRequest } from 'fastify';
import type { PortalApi } from '../api/portal-api.ts';
import type { PostedForm } from '../forms/posted-form.ts';
import type { Language, Told } from './language.ts';
import type { Me } from './me.ts';

/** What is known of any request for a page. */
export interface Visit {
  readonly request: FastifyRequest;
  /** Without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly language: Language;
  readonly t: Told;
  /** Speaks for the visitor. */
  readonly api: PortalApi;
  /** Who is signed in; nobody on pages that are open. */
  readonly me: Me | undefined;
  /** Signed in by a key, and yet to say who they are. */
  readonly newcomer: boolean;
  readonly session: string | undefined;
  /** For the forms of the page. */
  readonly csrf: string | undefined;
  /** Business time. */
  readonly now: string;
  /** Its day in Japan. */
  readonly today: string;
  readonly sandbox: boolean;
  /** What was sent, of a POST. */
  readonly form: PostedForm;
  /** Consistency tokens of what this request has written. */
  readonly written: string[];
}

/** One of somebody who is signed in. */
export interface Signed extends Visit {
  readonly me: Me;
  readonly session: string;
  readonly csrf: string;
}
