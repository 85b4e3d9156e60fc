import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface Asset {
  readonly type: string;
  readonly text: string;
  /** Of its content: an address with it never means anything else. */
  readonly version: string;
}

const own = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');

/** Of the design system's tokens those that our aliases are made of: a page loads nothing that it does not use. */
function usedTokens(): string {
  const aliases = own('tokens.css');
  const used = new Set(aliases.match(/--(?:color|font|elevation)-[\w-]+/g));
  const entry = createRequire(import.meta.url).resolve('@digital-go-jp/design-tokens');
  const all = readFileSync(join(dirname(entry), 'tokens-simple.css'), 'utf8');
  const lines = all.split('\n').filter((line) => used.has(/^\s*(--[\w-]+):/.exec(line)?.[1] ?? ''));
  return `:root {\n${lines.join('\n')}\n}\n${aliases}`;
}

const asset = (type: string, text: string): Asset => ({
  type,
  text,
  version: createHash('sha256').update(text).digest('base64url').slice(0, 10),
});

const ASSETS: Readonly<Record<string, Asset>> = {
  'tokens.css': asset('text/css', usedTokens()),
  'portal.css': asset('text/css', own('portal.css')),
  'islands.js': asset('text/javascript', own('islands.js')),
  'favicon.svg': asset('image/svg+xml', own('favicon.svg')),
};

export const assetNamed = (name: string): Asset | undefined =>
  Object.hasOwn(ASSETS, name) ? ASSETS[name] : undefined;

export type AssetName = 'tokens.css' | 'portal.css' | 'islands.js' | 'favicon.svg';

export const assetUrl = (name: AssetName): string => `/portal/assets/${ASSETS[name]!.version}/${name}`;
