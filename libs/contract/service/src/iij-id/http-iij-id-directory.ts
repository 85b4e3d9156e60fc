import { IijIdDirectoryUnavailableError, type IijIdDirectory } from './iij-id-directory.ts';

const TIMEOUT_MILLIS = 5_000;
const AT_ONCE = 8;

/**
 * Asks a directory over HTTP: `GET <url>/contracts/<id>` → 200 `{"active": true|false}`; 404 for one it does not know, which is
 * not active.
 */
export class HttpIijIdDirectory implements IijIdDirectory {
  readonly source = 'http';

  constructor(
    private readonly url: string,
    private readonly token?: string,
  ) {}

  async activeAmong(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const active = new Set<string>();
    for (let from = 0; from < ids.length; from += AT_ONCE)
      await Promise.all(
        ids.slice(from, from + AT_ONCE).map(async (id) => {
          if (await this.#isActive(id)) active.add(id);
        }),
      );
    return active;
  }

  async #isActive(id: string): Promise<boolean> {
    const answer = await this.#ask(id);
    if (answer.status === 404) {
      await answer.body?.cancel();
      return false;
    }
    const body: unknown = answer.status === 200 ? await answer.json().catch(unreadable) : undefined;
    const active = (body as { active?: unknown } | undefined)?.active;
    if (typeof active !== 'boolean')
      throw new IijIdDirectoryUnavailableError(`the directory of IIJ ID contracts answered ${answer.status}`);
    return active;
  }

  async #ask(id: string): Promise<Response> {
    try {
      return await fetch(`${this.url}/contracts/${encodeURIComponent(id)}`, {
        headers: {
          accept: 'application/json',
          ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        },
        signal: AbortSignal.timeout(TIMEOUT_MILLIS),
      });
    } catch (error) {
      throw new IijIdDirectoryUnavailableError('the directory of IIJ ID contracts cannot be reached', {
        cause: error,
      });
    }
  }
}

function unreadable(error: unknown): never {
  throw new IijIdDirectoryUnavailableError('the directory of IIJ ID contracts answered what cannot be read', {
    cause: error,
  });
}
