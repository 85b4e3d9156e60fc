import { execFileSync, spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { OperatorError } from '@smartkey/lifecycle';
import { endOf, isRunning } from './children.ts';
import { ownProcess } from './own-things.ts';

/** Debian's Python has aiosmtpd; another may stand before it in the path. */
const PYTHON = '/usr/bin/python3';

/** The mail server cannot be started on this machine. */
class SmtpUnavailableError extends OperatorError {
  override readonly name = 'SmtpUnavailableError';
}

export interface SmtpServerOptions {
  readonly encryption: 'starttls' | 'tls' | 'none';
  readonly login?: { readonly user: string; readonly password: string };
  /** Default: any free one. */
  readonly port?: number;
}

/** A mail as the server took it. */
export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly encrypted: boolean;
  readonly user: string | null;
  /** RFC 5322, a character a byte. */
  readonly raw: string;
}

/**
 * A real mail server (aiosmtpd). unknown@… is refused for good, later@… for now, and a mail with the subject `refuse` after its content.
 * Its certificate is its own, for 127.0.0.1.
 */
export class SmtpServer {
  private constructor(
    readonly port: number,
    /** The certificate, PEM. */
    readonly caFile: string,
    /** In the order in which they came. */
    readonly mails: readonly TakenMail[],
    private readonly child: ChildProcessByStdio<Writable, Readable, Readable>,
    private readonly folder: string,
  ) {}

  /** @throws SmtpUnavailableError */
  static async start({ encryption, login, port = 0 }: SmtpServerOptions): Promise<SmtpServer> {
    const missing = whyNoSmtp();
    if (missing !== undefined) throw new SmtpUnavailableError(missing);
    const folder = mkdtempSync(join(tmpdir(), 'smartkey-smtp-'));
    const certificate = join(folder, 'certificate.pem');
    const key = join(folder, 'key.pem');
    makeCertificate(certificate, key);
    const script = fileURLToPath(new URL('../smtp/server.py', import.meta.url));
    const child = ownProcess(
      spawn(PYTHON, [script, JSON.stringify({ encryption, certificate, key, port, ...login })], {
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
    );
    let words = '';
    child.stderr.on('data', (said: Buffer) => (words = (words + said.toString()).slice(-500)));
    const mails: TakenMail[] = [];
    const listening = new Promise<number>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const said = JSON.parse(line) as TakenMail | { readonly port: number };
        if ('port' in said) resolve(said.port);
        else mails.push(said);
      });
      child.once('exit', (code) =>
        reject(new SmtpUnavailableError(`the mail server ended with ${code}: ${words}`)),
      );
      child.once('error', (cause) => reject(new SmtpUnavailableError(cause.message, { cause })));
    });
    return new SmtpServer(await listening, certificate, mails, child, folder);
  }

  async stop(): Promise<void> {
    if (isRunning(this.child)) this.child.stdin.end();
    await endOf(this.child);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function makeCertificate(certificate: string, key: string): void {
  const names = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', key, '-out', certificate];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...names, ...files],
    { stdio: 'ignore' },
  );
}

/** Why a mail server cannot be started on this machine, in words that say what to install; `undefined` where it can. */
export function whyNoSmtp(): string | undefined {
  const runs = (program: string, ...args: string[]): boolean =>
    spawnSync(program, args, { stdio: 'ignore' }).status === 0;
  if (!runs(PYTHON, '-c', 'import aiosmtpd')) return 'no aiosmtpd: install it (Debian: python3-aiosmtpd)';
  if (!runs('openssl', 'version')) return 'no openssl: install it';
  return undefined;
}
