import { setTimeout as pause } from 'node:timers/promises';

/** An answer of the public surface: status, headers and the parsed body (text where it is not JSON). */
export interface ApiAnswer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** A problem document (RFC 9457) that a call was answered with. */
class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  constructor(
    readonly status: number,
    readonly problem: { readonly code?: string; readonly title?: string; readonly detail?: string },
    readonly call: string,
  ) {
    super(`${call} answered ${status} ${problem.code ?? ''}: ${problem.detail ?? problem.title ?? ''}`);
  }
}

interface CallOptions {
  readonly idempotencyKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is, with this type, in place of a JSON body. */
  readonly raw?: { readonly contentType: string; readonly text: string };
  /** The answer is a file: its body is a `Buffer`, where it is no problem. */
  readonly file?: true;
}

/**
 * The public surface as a client program sees it: one base URL, one key. A read after a write waits for the write,
 * because the newest Consistency-Token of each write is sent along with the reads that follow.
 */
export class ApiClient {
  #consistencyToken: string | undefined;

  constructor(
    readonly baseUrl: string,
    private readonly key: string,
  ) {}

  /** The same system with another key. */
  as(key: string): ApiClient {
    return new ApiClient(this.baseUrl, key);
  }

  get<Body>(path: string, options?: CallOptions): Promise<Body> {
    return this.#expect<Body>('GET', path, undefined, options);
  }

  post<Body>(path: string, body?: unknown, options?: CallOptions): Promise<Body> {
    return this.#expect<Body>('POST', path, body, options);
  }

  put<Body>(path: string, body?: unknown, options?: CallOptions): Promise<Body> {
    return this.#expect<Body>('PUT', path, body, options);
  }

  patch<Body>(path: string, body?: unknown, options?: CallOptions): Promise<Body> {
    return this.#expect<Body>('PATCH', path, body, options);
  }

  delete<Body>(path: string, options?: CallOptions): Promise<Body> {
    return this.#expect<Body>('DELETE', path, undefined, options);
  }

  /** The bytes of a file; waits while the server says that it is not ready yet. */
  file(path: string): Promise<Buffer> {
    return this.#expect<Buffer>('GET', path, undefined, { file: true });
  }

  /** Any answer at all, problems included: for callers that look at the status themselves. */
  async call<Body>(
    method: string,
    path: string,
    body?: unknown,
    options: CallOptions = {},
  ): Promise<ApiAnswer<Body>> {
    const headers: Record<string, string> = { authorization: `Bearer ${this.key}`, ...options.headers };
    if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey;
    if (method === 'GET' && this.#consistencyToken !== undefined)
      headers['consistency-token'] = this.#consistencyToken;
    if (options.raw !== undefined) headers['content-type'] = options.raw.contentType;
    else if (body !== undefined) headers['content-type'] = 'application/json';
    const payload = options.raw?.text ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${this.baseUrl}/v1${path}`, {
      method,
      headers,
      // The key is for this address.
      redirect: 'error',
      ...(payload === undefined ? {} : { body: payload }),
    });
    const token = response.headers.get('consistency-token');
    if (method !== 'GET' && token !== null) this.#consistencyToken = token;
    if (options.file === true && response.ok)
      return {
        status: response.status,
        headers: response.headers,
        body: Buffer.from(await response.arrayBuffer()) as Body,
      };
    const text = await response.text();
    const json = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: (json && text !== '' ? JSON.parse(text) : text) as Body,
    };
  }

  async #expect<Body>(method: string, path: string, body: unknown, options: CallOptions = {}): Promise<Body> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.call<Body>(method, path, body, options);
      if (answer.status < 400) return answer.body;
      // Only what the server itself asks to be repeated, and only reads: a repeated write needs its idempotency key.
      const retryAfter = Number(answer.headers.get('retry-after') ?? Number.NaN);
      const repeatable = method === 'GET' || options.idempotencyKey !== undefined;
      if (!repeatable || ![429, 503].includes(answer.status) || Number.isNaN(retryAfter) || attempt >= 5)
        throw new ApiProblem(answer.status, answer.body as object, `${method} ${path}`);
      await pause(retryAfter * 1000);
    }
  }

  /** Every item of a list, page after page. */
  async *pages<Item>(path: string): AsyncGenerator<Item> {
    let cursor: string | undefined;
    do {
      const next =
        cursor === undefined
          ? path
          : `${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
      const page = await this.get<{ items: Item[]; nextCursor?: string | null }>(next);
      yield* page.items;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }
}
