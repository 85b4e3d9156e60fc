import { ConfigurationError, type Environment, setting } from '@smartkey/configuration';

/** `http://localhost`, on any port: the one origin that browsers trust without TLS. */
const isLocal = ({ protocol, hostname }: URL): boolean => protocol === 'http:' && hostname === 'localhost';

/**
 * `SMARTKEY_PUBLIC_URL`: what people open. Nothing else names it, least of all what a request says of itself.
 * @throws ConfigurationError for what is no bare https origin.
 */
export function publicUrlSetting(env: Environment): string | undefined {
  const text = setting(env, 'SMARTKEY_PUBLIC_URL');
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const bare = url !== undefined && text.replace(/\/$/, '') === url.origin;
  if (url === undefined || !bare || !(url.protocol === 'https:' || isLocal(url)))
    throw new ConfigurationError(
      'SMARTKEY_PUBLIC_URL',
      'must be an https origin without a path, https://smartkey.example.jp; http only for localhost',
    );
  return url.origin;
}

/** What people open: as it is set, else `http://localhost` on the port that the gateway listens on. */
export class PublicUrl {
  #listening: number | undefined;

  constructor(private readonly set: string | undefined) {}

  listensOn(port: number): void {
    this.#listening = port;
  }

  /** `https://smartkey.example.jp` */
  get origin(): string {
    if (this.set !== undefined) return this.set;
    if (this.#listening === undefined) throw new Error('the gateway does not listen yet');
    return `http://localhost:${this.#listening}`;
  }

  /** The relying party of passkeys (WebAuthn): the host. */
  get relyingParty(): string {
    return new URL(this.origin).hostname;
  }
}
