import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { codeOf, remembered } from '@smartkey/lifecycle';
import { composed } from './compose.ts';
import type { OutgoingMail } from './mail.ts';
import type { MailSender, SmtpSettings } from './mail.settings.ts';
import {
  MailDeferredError,
  type Mailer,
  MailRefusedError,
  MailServerError,
  MailSetupError,
} from './mailer.port.ts';

/** System time. */
const CONNECT_MILLIS = 10_000;
/** Between two words of the server. */
const SILENCE_MILLIS = 30_000;

/** Loaded with the first mail. */
type Nodemailer = typeof import('nodemailer');

/** What nodemailer says of a failure besides its words. */
interface SmtpFailure {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

/** Hands mails to a server by SMTP (RFC 5321), each over a connection of its own. */
export class SmtpMailer implements Mailer {
  readonly #transport: () => Promise<ReturnType<Nodemailer['createTransport']>>;

  /** @throws MailSetupError where the certificates cannot be read. */
  constructor(
    private readonly from: MailSender,
    smtp: SmtpSettings,
  ) {
    const options = transportOptionsOf(smtp);
    this.#transport = remembered(async () => (await import('nodemailer')).createTransport(options));
  }

  async send(mail: OutgoingMail): Promise<void> {
    try {
      const transport = await this.#transport();
      await transport.sendMail(composed(this.from, mail));
    } catch (error) {
      throw failureOf(error);
    }
  }
}

function transportOptionsOf({ host, port, encryption, login, caFile }: SmtpSettings) {
  return {
    host,
    port,
    secure: encryption === 'tls',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    ...(login && { auth: { user: login.user, pass: login.password } }),
    tls: {
      minVersion: 'TLSv1.2' as const,
      ...(caFile !== undefined && { ca: [...rootCertificates, pemOf(caFile)] }),
    },
    connectionTimeout: CONNECT_MILLIS,
    greetingTimeout: CONNECT_MILLIS,
    socketTimeout: SILENCE_MILLIS,
  };
}

function pemOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new MailSetupError(`the certificates ${file} cannot be read: ${codeOf(cause)}`, { cause });
  }
}

/** What became of a mail, by the command that was refused and the class of the reply. Words of the server are not passed on. */
function failureOf(error: unknown): Error {
  const { code, command, responseCode = 0, response = '' } = (error ?? {}) as SmtpFailure;
  const enhanced = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(response)?.[0];
  const reply = [responseCode === 0 ? undefined : responseCode, enhanced]
    .filter((part) => part !== undefined)
    .join(' ');
  const ofRecipient = code === 'EENVELOPE' && command === 'RCPT TO';
  const ofContent = code === 'EMESSAGE';
  if ((ofRecipient || ofContent) && responseCode >= 500)
    return new MailRefusedError(ofRecipient ? 'recipient' : 'content', reply);
  if ((ofRecipient || ofContent) && responseCode >= 400) return new MailDeferredError(reply);
  const what = [code ?? 'no answer', command, reply]
    .filter((part) => part !== undefined && part !== '')
    .join(', ');
  return new MailServerError(`the mail server takes no mail: ${what}`, { cause: withoutWords(error) });
}

/** The stack, without what the server has said: it may name the recipient. */
function withoutWords(error: unknown): Error {
  const cause = new Error(codeOf(error));
  if (error instanceof Error && error.stack !== undefined)
    cause.stack = error.stack
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .join('\n');
  return cause;
}
