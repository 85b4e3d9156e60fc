import { type IncomingHttpHeaders, request } from 'node:http';

/** What came back, as it came: redirects are not followed. */
export interface Came {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Sending {
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string | readonly string[]>>;
  /** Where it says that it goes to; default: the public address. */
  readonly host?: string;
}

/** A browser without windows and without scruples: cookies, an address of its own, and any header that one likes. */
export class HttpVisitor {
  readonly cookies = new Map<string, string>();

  /**
   * @param origin `http://localhost:PORT`
   * @param address of this machine, 127.x.y.z, from which it comes
   */
  constructor(
    readonly origin: string,
    readonly address: string,
  ) {}

  get sessionCookie(): string {
    return `smartkey_${new URL(this.origin).port}`;
  }

  get session(): string | undefined {
    return this.cookies.get(this.sessionCookie);
  }

  /** @param path below the origin: `/portal/contracts` */
  get(path: string, sending: Sending = {}): Promise<Came> {
    return this.send('GET', path, sending);
  }

  /** As a browser posts a form of one of our pages; headers may say otherwise. */
  post(path: string, form: Sending['form'] = {}, sending: Sending = {}): Promise<Came> {
    const headers = { 'sec-fetch-site': 'same-origin', origin: this.origin, ...sending.headers };
    return this.send('POST', path, { ...sending, form, headers });
  }

  /** Fetches the page of a form, and posts that form: with its token and its key. */
  async fill(path: string, form: Readonly<Record<string, string | readonly string[]>>): Promise<Came> {
    const page = await this.get(path);
    const hidden = { _csrf: tokenIn(page.text), _key: fieldIn(page.text, '_key'), _step: 'send' };
    return this.post(path, { ...hidden, ...form });
  }

  async send(method: string, path: string, { headers, form, host }: Sending): Promise<Came> {
    const { port, host: ours } = new URL(this.origin);
    const body = form === undefined ? undefined : encoded(form);
    const came = await new Promise<Came>((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port,
          path,
          method,
          localAddress: this.address,
          agent: false,
          headers: {
            host: host ?? ours,
            ...(this.cookies.size > 0 && {
              cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
            }),
            ...(body !== undefined && {
              'content-type': 'application/x-www-form-urlencoded',
              'content-length': String(Buffer.byteLength(body)),
            }),
            ...headers,
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () =>
            resolve({
              status: answer.statusCode!,
              headers: answer.headers,
              text: Buffer.concat(chunks).toString(),
            }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
    for (const cookie of came.headers['set-cookie'] ?? []) {
      const [pair] = cookie.split(';', 1);
      const mark = pair!.indexOf('=');
      if (/; Max-Age=0/.test(cookie)) this.cookies.delete(pair!.slice(0, mark));
      else this.cookies.set(pair!.slice(0, mark), pair!.slice(mark + 1));
    }
    return came;
  }
}

function encoded(form: Readonly<Record<string, string | readonly string[]>>): string {
  const fields = new URLSearchParams();
  for (const [name, value] of Object.entries(form))
    for (const each of typeof value === 'string' ? [value] : value) fields.append(name, each);
  return fields.toString();
}

/** What a hidden field of a page holds; empty where there is none. */
export const fieldIn = (html: string, name: string): string =>
  new RegExp(`<input type="hidden" name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';

export const tokenIn = (html: string): string => fieldIn(html, '_csrf');
