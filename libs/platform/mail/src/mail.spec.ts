import { describe, expect, it } from '@jest/globals';
import { ConfigurationError } from '@smartkey/configuration';
import { ATTACHED_BYTES, isMailAddress, mustBeSendable, UnsendableMailError, type Mail } from './mail.ts';
import { mailSettings } from './mail.settings.ts';

describe('the address of a mailbox (RFC 5321)', () => {
  it.each(['finance@example.co.jp', "o'neil+x_y.z@a-b.example", 'root@localhost', `${'a'.repeat(64)}@b.jp`])(
    '%s',
    (address) => expect(isMailAddress(address)).toBe(true),
  );
  it.each([
    '',
    'a',
    '@b.jp',
    'a@',
    'a@b@c.jp',
    'a b@c.jp',
    '"a b"@c.jp',
    'a@[127.0.0.1]',
    '.a@b.jp',
    'a..b@c.jp',
    'a@-b.jp',
    'a@b.jp\r\nBcc: x@y.jp',
    'Name <a@b.jp>',
    '山田@例え.jp',
    `${'a'.repeat(65)}@b.jp`,
    `a@${'b'.repeat(64)}.jp`,
    `a@${'b.'.repeat(130)}jp`,
  ])('not %j', (address) => expect(isMailAddress(address)).toBe(false));
});

describe('what can be sent', () => {
  const mail: Mail = { to: 'a@b.jp', subject: '請求書', text: '本文\n' };
  const attachment = { filename: 'a.pdf', contentType: 'application/pdf', bytes: Buffer.from('x') };
  it('a mail with a file', () =>
    expect(() => mustBeSendable({ ...mail, attachments: [attachment] })).not.toThrow());
  it.each<[string, Partial<Mail>]>([
    ['no recipient', { to: 'nobody' }],
    ['a subject of two lines', { subject: 'a\r\nBcc: x@y.jp' }],
    ['no subject', { subject: '' }],
    ['a text without end', { text: 'x'.repeat(100_001) }],
    ['a file in a folder', { attachments: [{ ...attachment, filename: '../a.pdf' }] }],
    ['a file of no kind', { attachments: [{ ...attachment, contentType: 'pdf\r\nX: y' }] }],
    ['too much', { attachments: [{ ...attachment, bytes: Buffer.alloc(ATTACHED_BYTES + 1) }] }],
  ])('not %s; the refusal names no address', (_what, more) => {
    const refusal = (): void => mustBeSendable({ ...mail, ...more });
    expect(refusal).toThrow(UnsendableMailError);
    expect(refusal).not.toThrow(/a@b\.jp|nobody/);
  });
});

describe('the settings of mails', () => {
  const FROM = { SMARTKEY_SMTP_FROM: 'no-reply@example.co.jp' };
  it('without a server mails are laid into the data folder', () =>
    expect(mailSettings({}, '/data')).toEqual({
      from: { address: 'no-reply@localhost' },
      way: { folder: '/data/mails' },
    }));
  it.each<[string, string, object]>([
    ['smtp://mail.example', 'required', { host: 'mail.example', port: 587, encryption: 'starttls' }],
    ['smtps://mail.example/', 'never', { host: 'mail.example', port: 465, encryption: 'tls' }],
    ['smtp://[::1]:25', 'never', { host: '::1', port: 25, encryption: 'none' }],
    [
      'smtps://user%40example:pa%2Fss@mail.example:2465',
      'required',
      {
        host: 'mail.example',
        port: 2465,
        encryption: 'tls',
        login: { user: 'user@example', password: 'pa/ss' },
      },
    ],
  ])('%s', (url, starttls, smtp) =>
    expect(
      mailSettings({ ...FROM, SMARTKEY_SMTP_URL: url, SMARTKEY_SMTP_STARTTLS: starttls }, '/data').way,
    ).toEqual({ smtp }),
  );
  it.each<[string, Record<string, string>]>([
    ['SMARTKEY_SMTP_URL', { SMARTKEY_SMTP_URL: 'http://user:secret@mail.example' }],
    ['SMARTKEY_SMTP_URL', { SMARTKEY_SMTP_URL: 'smtp://user:secret@mail.example/path' }],
    ['SMARTKEY_SMTP_URL', { SMARTKEY_SMTP_URL: 'smtp://secret@mail.example' }],
    ['SMARTKEY_SMTP_URL', { SMARTKEY_SMTP_URL: 'smtp://user:%secret@mail.example' }],
    [
      'SMARTKEY_SMTP_STARTTLS',
      { SMARTKEY_SMTP_URL: 'smtp://user:secret@mail.example', SMARTKEY_SMTP_STARTTLS: 'never' },
    ],
    ['SMARTKEY_SMTP_STARTTLS', { SMARTKEY_SMTP_STARTTLS: 'maybe' }],
    ['SMARTKEY_SMTP_FROM', { SMARTKEY_SMTP_URL: 'smtp://mail.example', SMARTKEY_SMTP_FROM: '' }],
    ['SMARTKEY_SMTP_FROM', { SMARTKEY_SMTP_FROM: 'secret' }],
    ['SMARTKEY_SMTP_FROM_NAME', { SMARTKEY_SMTP_FROM_NAME: 'a\nsecret' }],
  ])('%s is refused by name, and its value is not told', (variable, env) => {
    const read = (): unknown => mailSettings({ ...FROM, ...env }, '/data');
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(variable);
    expect(read).not.toThrow(/secret/);
  });
});
