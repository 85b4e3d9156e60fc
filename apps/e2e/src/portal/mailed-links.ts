import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A mail as it went, without its encoding (quoted-printable). */
export const plain = (mail: string): string =>
  Buffer.from(
    mail
      .replace(/=\r?\n/g, '')
      .replace(/=([\dA-F]{2})/g, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  ).toString();

/** What fits in the mails that a system without a mail server has laid into its data folder. */
export async function inMails(dataFolder: string, what: RegExp): Promise<readonly string[]> {
  const folder = join(dataFolder, 'mails');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.eml'));
  const mails = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return mails.flatMap((mail) => plain(mail).match(what) ?? []);
}
