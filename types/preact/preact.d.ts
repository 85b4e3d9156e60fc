export type { JSX, Markup, VNode } from './jsx-runtime.d.ts';
export { Fragment } from './jsx-runtime.d.ts';
