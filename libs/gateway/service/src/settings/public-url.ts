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
