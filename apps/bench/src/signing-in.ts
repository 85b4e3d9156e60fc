import { OPERATOR_KEY, perUnitQuote, Steps } from '@smartkey/testing/end-to-end';
import { whileOpen } from '@smartkey/lifecycle';
import { sendAll } from './paced.ts';
import { DATABASE_SETTING, unlimitedSystem } from './unlimited-system.ts';

/** So many people are enrolled at once. */
const AT_ONCE = 8;

type Phone = Awaited<ReturnType<Steps['enrol']>>;

/** The whole system with people who sign in, on the embedded database or the server that BENCH_DATABASE_URL names. */
export class SigningIn {
  private minutes = 0;

  private constructor(
    readonly url: string,
    readonly contract: string,
    private readonly steps: Steps,
    private readonly people: ReadonlyMap<string, Phone>,
    private readonly began: number,
  ) {}

  static with<T>(people: number, work: (world: SigningIn) => Promise<T>): Promise<T> {
    return whileOpen(async (closers) => {
      const system = await unlimitedSystem(closers, DATABASE_SETTING);
      const steps = new Steps(system.operator);
      const { contract, phones } = await enrolled(steps, people);
      return work(new SigningIn(system.url, contract, steps, phones, Date.parse(await steps.now())));
    });
  }

  /** One request with a right code of each of the people, in a minute of its own. */
  async codes(): Promise<readonly string[]> {
    this.minutes += 1;
    const now = new Date(this.began + this.minutes * 60_000).toISOString();
    await this.steps.setClock(now);
    return [...this.people].map(([externalId, phone]) =>
      JSON.stringify({ contract: this.contract, externalId, code: phone.codeAt(now) }),
    );
  }
}

/** So many people with phones, of a contract of their own; by their external ids. */
export async function enrolled(
  steps: Steps,
  people: number,
): Promise<{ readonly contract: string; readonly phones: ReadonlyMap<string, Phone> }> {
  const contract = await steps.accepted('service-provider', '2018-01-01', perUnitQuote('2018-01'));
  const phones = new Map<string, Phone>();
  const names = Array.from({ length: people }, (_, n) => `person-${n}`);
  await sendAll(names, AT_ONCE, async (name) =>
    phones.set(name, await steps.enrol(contract, await steps.register(contract, name))),
  );
  return { contract, phones };
}

/** Sends a code; the answer must be a success. */
export async function sendCode(url: string, body: string): Promise<void> {
  const text = await post(url, body);
  if (!text.includes('"success"')) throw new Error(`an authentication was answered: ${text}`);
}

/** @returns the answer's text. @throws where it is none of success. */
export async function post(
  url: string,
  body: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const headers = { authorization: `Bearer ${OPERATOR_KEY}`, 'content-type': 'application/json', ...more };
  const answer = await fetch(url, { method: 'POST', body, headers });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`a request was answered ${answer.status}: ${text}`);
  return text;
}
