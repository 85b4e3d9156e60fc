import type { Markup, VNode } from './jsx-runtime.d.ts';

export type { JSX, Markup, VNode } from './jsx-runtime.d.ts';
export { Fragment } from './jsx-runtime.d.ts';

/** What all parts below its provider know. */
export interface Context<Value> {
  readonly Provider: (props: { readonly value: Value; readonly children?: Markup }) => VNode;
}
/** @param otherwise what is known outside of a provider. */
export function createContext<Value>(otherwise: Value): Context<Value>;
