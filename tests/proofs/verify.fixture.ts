import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NOW, policyText } from './story.fixture.ts';

export interface Verifier {
  main(args: readonly string[], tell: (line: string) => void): Promise<number>;
  readonly Bundle: new (options: { readonly policy: unknown; readonly now: number }) => {
    take(line: Uint8Array): void;
    verdict(): { readonly code: number; readonly text: readonly string[] };
  };
}

/** The program that strangers run, with what it reads policies by. It has no types: nobody is to build it. */
export const loadVerifier = async (): Promise<
  Verifier & { readonly readPolicy: (text: string) => unknown }
> => {
  const tool = (name: string): Promise<object> =>
    import(String(new URL(`../../tools/${name}`, import.meta.url))) as Promise<object>;
  return { ...(await tool('verify-proof.mjs')), ...(await tool('proof-bundle.mjs')) } as never;
};

/** What a reader has in hand besides the bundle. */
export interface Reader {
  readonly policy?: string;
  readonly now?: string;
  readonly held?: readonly string[];
  readonly document?: unknown;
  readonly file?: string;
}

/** @returns the exit code and what was told. */
export async function verify(
  verifier: Verifier,
  bundle: string | Uint8Array,
  { policy = policyText(), now = NOW, held = [], document, file }: Reader = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'smartkey-proof-'));
  try {
    const put = async (name: string, content: string | Uint8Array): Promise<string> => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    };
    const args = ['--policy', await put('policy', policy), '--now', now];
    for (const [n, note] of held.entries()) args.push('--held', await put(`held-${n}`, note));
    if (document !== undefined) args.push('--document', await put('document.json', JSON.stringify(document)));
    if (file !== undefined) args.push('--file', await put('file', file));
    const told: string[] = [];
    const code = await verifier.main([...args, await put('bundle', bundle)], (line) => told.push(line));
    return { code, told };
  } finally {
    await rm(folder, { recursive: true });
  }
}
