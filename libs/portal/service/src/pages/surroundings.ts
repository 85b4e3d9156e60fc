import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { told, type Language, type Told } from '../visit/language.ts';
import type { Me } from '../visit/me.ts';

/** What the parts of a page know of the visit that it answers, without being told by each other. */
export interface Surroundings {
  readonly language: Language;
  readonly t: Told;
  readonly me: Me | undefined;
  readonly csrf: string | undefined;
  readonly now: string;
  readonly sandbox: boolean;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Of a page for somebody of whom nothing is known but what they read. */
export const nobodysIn = (language: Language): Surroundings => ({
  language,
  t: told(language),
  me: undefined,
  csrf: undefined,
  now: '',
  sandbox: false,
  path: '',
  query: new URLSearchParams(),
});

const Around = createContext<Surroundings>(nobodysIn('ja'));

/** Surrounds a page. */
export const Surround = Around.Provider;

/** Of the page that a part is on. */
export const useSurroundings = (): Surroundings => useContext(Around);

/** The same of a page for somebody who is signed in. */
export function useSigned(): Surroundings & { readonly me: Me } {
  const around = useSurroundings();
  const { me } = around;
  if (me === undefined) throw new Error('a part of pages for who is signed in');
  return { ...around, me };
}
