import { join } from 'node:path';
import { ConfigurationError, type Environment, setting } from '@smartkey/configuration';
import { isMailAddress } from './mail.ts';

const SMTP_URL = 'SMARTKEY_SMTP_URL';
const SMTP_FROM = 'SMARTKEY_SMTP_FROM';
const SMTP_FROM_NAME = 'SMARTKEY_SMTP_FROM_NAME';
const SMTP_STARTTLS = 'SMARTKEY_SMTP_STARTTLS';
const SMTP_CA_FILE = 'SMARTKEY_SMTP_CA_FILE';

/** Who sends. */
export interface MailSender {
  readonly address: string;
  readonly name?: string;
}

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** `tls` from the first byte on (`smtps:`); `starttls` before anything else is said; `none`: in the clear. */
  readonly encryption: 'tls' | 'starttls' | 'none';
  readonly login?: { readonly user: string; readonly password: string };
  /** Certificates (PEM) that are trusted besides the system's. */
  readonly caFile?: string;
}

export interface MailSettings {
  readonly from: MailSender;
  /** A mail server; or a folder that mails are laid into. */
  readonly way: { readonly smtp: SmtpSettings } | { readonly folder: string };
}

/**
 * Reads `SMARTKEY_SMTP_URL` (`smtp://user:password@host:587`, `smtps://…`; without it mails are laid into `<dataDir>/mails`),
 * `SMARTKEY_SMTP_FROM` (an address; needed beside a server), `SMARTKEY_SMTP_FROM_NAME`, `SMARTKEY_SMTP_STARTTLS` (`required`, the default,
 * or `never`, which a login rules out) and `SMARTKEY_SMTP_CA_FILE`.
 * @throws ConfigurationError naming the variable, never its value.
 */
export function mailSettings(env: Environment, dataDir: string): MailSettings {
  const smtp = smtpSettings(env);
  const address = setting(env, SMTP_FROM);
  if (address === undefined && smtp !== undefined)
    throw new ConfigurationError(SMTP_FROM, `is needed beside ${SMTP_URL}: the address that mails come from`);
  if (address !== undefined && !isMailAddress(address))
    throw new ConfigurationError(SMTP_FROM, 'must be a mail address, no-reply@example.co.jp');
  const name = setting(env, SMTP_FROM_NAME);
  if (name !== undefined && (name.length > 100 || /[\p{Cc}\p{Cs}]/u.test(name)))
    throw new ConfigurationError(SMTP_FROM_NAME, 'must be at most 100 characters on one line');
  return {
    from: { address: address ?? 'no-reply@localhost', ...(name !== undefined && { name }) },
    way: smtp === undefined ? { folder: join(dataDir, 'mails') } : { smtp },
  };
}

function smtpSettings(env: Environment): SmtpSettings | undefined {
  const text = setting(env, SMTP_URL);
  const caFile = setting(env, SMTP_CA_FILE);
  const starttls = setting(env, SMTP_STARTTLS) ?? 'required';
  if (starttls !== 'required' && starttls !== 'never')
    throw new ConfigurationError(SMTP_STARTTLS, 'must be required or never');
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSmtp = url?.protocol === 'smtp:' || url?.protocol === 'smtps:';
  // The text itself may hold a password: it is not told back.
  if (url === undefined || !isSmtp || url.hostname === '' || !/^\/?$/.test(url.pathname) || url.search !== '')
    throw new ConfigurationError(
      SMTP_URL,
      'must be smtp://user:password@host:port or smtps://…, and no more',
    );
  const login = loginOf(url);
  const encryption = url.protocol === 'smtps:' ? 'tls' : starttls === 'required' ? 'starttls' : 'none';
  if (login !== undefined && encryption === 'none')
    throw new ConfigurationError(SMTP_STARTTLS, `must not be never: ${SMTP_URL} has a password`);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (encryption === 'tls' ? 465 : 587) : Number(url.port),
    encryption,
    ...(login && { login }),
    ...(caFile !== undefined && { caFile }),
  };
}

function loginOf({ username, password }: URL): SmtpSettings['login'] {
  if (username === '' && password === '') return undefined;
  if (username === '' || password === '')
    throw new ConfigurationError(SMTP_URL, 'must have a user and a password, or neither');
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
  } catch (cause) {
    if (cause instanceof URIError)
      throw new ConfigurationError(SMTP_URL, 'must have user and password percent-encoded (%40 for @)');
    throw cause;
  }
}
