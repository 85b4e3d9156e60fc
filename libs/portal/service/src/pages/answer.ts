import type { Markup } from 'preact';

/** A page to be rendered. */
export interface Page {
  readonly kind: 'page';
  /** Of the page alone; layout adds whose and which service: 「ID一覧 – 株式会社見本 – SmartKey」. */
  readonly title: string;
  /** Whose: the contract's name. */
  readonly of?: string | undefined;
  /** 200 by default. */
  readonly status?: number;
  /** What its head says, where that is not its title. */
  readonly heading?: string;
  /** Below the heading, in a sentence. */
  readonly lead?: Markup;
  /** What is done there first: links and buttons beside the heading. */
  readonly actions?: Markup;
  /** What has just been done, told once above the heading: a sentence, or an alert of its own. */
  readonly done?: Markup;
  /** Of text and forms, whose lines are not as long as the window is wide. */
  readonly narrow?: boolean;
  /** The section of the navigation that it belongs to. */
  readonly section?: Section;
  /** The contract whose pages lie beside it. */
  readonly contract?: { readonly id: string; readonly name: string } | undefined;
  /** The way to it, from the section down. */
  readonly trail?: readonly Crumb[];
  /** Seconds after which the browser asks again: for what goes on without script. */
  readonly refresh?: number | { readonly seconds: number; readonly to: string } | undefined;
  readonly cookies?: readonly string[];
  /** A link that must reach nobody: forms there do without a referrer. */
  readonly secretAddress?: boolean;
  /** All below the heading. */
  readonly body: Markup;
}

export type Section =
  | 'home'
  | 'ids'
  | 'authentications'
  | 'plan'
  | 'billing'
  | 'keys'
  | 'history'
  | 'todo'
  | 'contracts'
  | 'runs'
  | 'invoices'
  | 'exports'
  | 'audit'
  | 'status'
  | 'settings'
  | 'mails'
  | 'none';

export interface Crumb {
  readonly href: string;
  readonly label: string;
}

/** Sends the browser on, after a write or to the right place (303). */
export interface Redirect {
  readonly kind: 'redirect';
  readonly to: string;
  readonly cookies?: readonly string[];
}

/** A file, as it comes. */
export interface Download {
  readonly kind: 'download';
  readonly response: Response;
  /** Where the surface gives it no name of its own. */
  readonly name?: string;
}

/** For a script of our own pages. */
export interface Json {
  readonly kind: 'json';
  readonly body: unknown;
}

export type Answer = Page | Redirect | Download | Json;

export const json = (body: unknown): Json => ({ kind: 'json', body });

export const page = (content: Omit<Page, 'kind'>): Page => ({ kind: 'page', ...content });

export const redirect = (to: string, cookies?: readonly string[]): Redirect => ({
  kind: 'redirect',
  to,
  ...(cookies !== undefined && { cookies }),
});
