import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** What a mail says, whichever way its text is coded. */
function textOf(eml: string): string {
  const [head, ...body] = eml.split('\r\n\r\n');
  const text = body.join('\r\n\r\n');
  if (/^content-transfer-encoding: base64/im.test(head!)) return Buffer.from(text, 'base64').toString();
  const bytes = text
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

/** There is none before the first mail. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The mails that a system without a mail server lays into its data folder. */
export class MailBox {
  constructor(private readonly dataFolder: string) {}

  async all(): Promise<readonly { readonly to: string; readonly text: string }[]> {
    const folder = join(this.dataFolder, 'mails');
    const files = (await namesIn(folder)).filter((name) => name.endsWith('.eml'));
    const mails = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
    return mails.map((eml) => ({ to: /^to: (.*)$/im.exec(eml)?.[1] ?? '', text: textOf(eml) }));
  }

  /** The token of the newest unread link to somebody, once it is there. */
  async tokenFor(to: string, saying: string, read: Set<string> = new Set()): Promise<string> {
    for (let turns = 0; turns < 600; turns += 1) {
      for (const mail of await this.all()) {
        const token = /token=([\w-]{43})/.exec(mail.text)?.[1];
        if (token === undefined || read.has(token)) continue;
        if (!mail.to.includes(to) || !mail.text.includes(saying)) continue;
        read.add(token);
        return token;
      }
      await pause(100);
    }
    throw new Error(`no mail to ${to} that says ${saying}`);
  }
}
