import { readFileSync } from 'node:fs';

const base = JSON.parse(readFileSync(new URL('../.swcrc', import.meta.url), 'utf8'));
delete base.$schema;

/** How SWC compiles a file: markup only where the name says so, for in plain TypeScript `<T>` may mean something else. */
export function swcOptions(file) {
  if (!file.endsWith('.tsx')) return { ...base, swcrc: false };
  return {
    ...base,
    swcrc: false,
    jsc: {
      ...base.jsc,
      parser: { ...base.jsc.parser, tsx: true },
      transform: { ...base.jsc.transform, react: { runtime: 'automatic', importSource: 'preact' } },
    },
  };
}
