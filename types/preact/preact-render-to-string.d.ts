import type { VNode } from './jsx-runtime.d.ts';

export function renderToString(page: VNode): string;
