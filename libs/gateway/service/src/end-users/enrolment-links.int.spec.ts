import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { IssueLink, RecordedLink } from '@smartkey/messages';
import { newId } from '@smartkey/identity';
import type { AccountId, ContractId, EnrolmentLinkId } from '@smartkey/kernel';
import { until } from '@smartkey/testing';
import { TestGateway, type Call } from '../testing/gateway.fixture.ts';
import { addPasskey, laterOn, signInAdministrator, type SignedInPerson } from '../testing/person.fixture.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STEP_UP = [403, 'step-up-required'];

let test: TestGateway;
let contract: ContractId;
let account: AccountId;
let administrator: Awaited<ReturnType<typeof addPasskey>>;
let key: string;
/** What the registry was told of links, as its log would have it. */
let recorded: RecordedLink[];

beforeAll(async () => {
  test = await TestGateway.start();
  contract = test.contract();
  administrator = await addPasskey(test, await signInAdministrator(test, contract));
  key = (await test.keyOf(contract, 'contractor')).key;
});
afterAll(() => test.close());
beforeEach(() => {
  laterOn(test);
  account = newId('rid', test.clock.now());
  recorded = [];
  const home = `/internal/contracts/${contract}/accounts/${account}`;
  test.services.behaviour = ({ method, url, body }, reply) => {
    if (url === `${home}/enrolment-links` && method === 'POST') {
      const { channel, email, reason, issuedAt, expiresAt } = JSON.parse(String(body)) as IssueLink;
      const link: EnrolmentLinkId = newId('lnk', test.clock.now());
      const of = { channel, issuedAt, expiresAt, identitySeen: reason !== undefined };
      recorded.unshift({ link, status: 'issued', ...of, ...(email !== undefined && { email }) });
      return reply.code(201).send({ link, expiresAt });
    }
    if (url === `${home}/enrolment-links`) return { links: recorded, stopped: false };
    if (/\/enrolment-links\/\w+\/open$/.test(url)) return recorded[0];
    if (url === `/internal/contracts/${contract}/own-page`) return { account, email: 'hanako@example.jp' };
    if (url === '/v1/self') return { purpose: 'enrolment', proofNeeded: false };
    return reply.code(404).send({ status: 404, code: 'not-found', detail: url });
  };
});

const links = () => `/v1/contracts/${contract}/ids/${account}/enrolment-links`;
const issue = (body: object, by = key): Promise<Call> => test.call('POST', links(), body, { key: by });
const tokenOf = ({ body }: Call): string => new URL(body.url as string).searchParams.get('token')!;
const open = (token: string): Promise<Call> => test.call('POST', '/v1/links/open', { token }, { key: null });
const self = async (token: string): Promise<number> =>
  (await test.call('GET', '/v1/self', undefined, { key: token })).status;
const statusOf = async (): Promise<string> =>
  (await test.call('GET', links(), undefined, { key })).body.items[0].status as string;
const refusal = ({ status, body }: Call): unknown[] => [status, body.code];

describe('本人確認済み', () => {
  const vouch = { identitySeen: '社員証を確認' };
  const shownAnew = async ({ phone, ...person }: typeof administrator): Promise<SignedInPerson> => {
    const begun = (await test.call('POST', '/v1/step-up', {}, { key: person.token })).body;
    const ended = { challenge: begun.challenge, response: phone.get(begun.options) };
    const { body } = await test.call('POST', '/v1/step-up', ended, { key: person.token });
    return { ...person, token: body.token };
  };

  it('is said by a person who has just shown who that is, and by no session that was left open', async () => {
    // Longer ago than the five minutes, and within the hour that a session may rest.
    test.ahead += 10 * MINUTE;
    expect(refusal(await issue(vouch, administrator.token))).toEqual(STEP_UP);
    expect(recorded).toEqual([]);
    // What asks the user for a former phone is not weighed so.
    expect((await issue({}, administrator.token)).status).toBe(201);
    const { token } = await shownAnew(administrator);
    administrator = { ...administrator, token };
    const vouched = await issue(vouch, token);
    expect([vouched.status, vouched.body.number]).toEqual([201, expect.stringMatching(/^\d{8}$/)]);
    test.ahead += 5 * MINUTE;
    expect(refusal(await issue(vouch, token))).toEqual(STEP_UP);
  });

  it('is said by a key, which has nothing to show', async () => {
    const { status, body } = await issue(vouch);
    expect([status, body.number]).toEqual([201, expect.stringMatching(/^\d{8}$/)]);
  });
});

describe('a user’s link, by the system’s clock', () => {
  it.each([
    [undefined, 24 * HOUR],
    [300, 5 * MINUTE],
  ])(
    'that was issued for %s seconds opens until its time has run, and not a moment later',
    async (seconds, good) => {
      const early = await issue({ expiresInSeconds: seconds });
      const at = test.ahead;
      test.ahead = at + good - MINUTE;
      expect(await statusOf()).toBe('issued');
      expect((await open(tokenOf(early))).status).toBe(201);

      laterOn(test);
      const late = await issue({ expiresInSeconds: seconds });
      const expiresAt = Date.parse(late.body.expiresAt as string);
      test.ahead = expiresAt - Date.now();
      expect(await statusOf()).toBe('expired');
      // As a link that never was: nothing tells them apart.
      expect(refusal(await open(tokenOf(late)))).toEqual([410, 'link-over']);
      expect(refusal(await open('x'.repeat(43)))).toEqual([410, 'link-over']);
      // The registry never heard of an opening.
      expect(test.services.seen.filter(({ url }) => url.endsWith(`${recorded[0]!.link}/open`))).toEqual([]);
    },
  );

  it('lets its browser in for an hour', async () => {
    const { body } = await open(tokenOf(await issue({})));
    test.ahead += HOUR - MINUTE;
    expect(await self(body.token as string)).toBe(200);
    test.ahead += MINUTE;
    expect(await self(body.token as string)).toBe(401);
  });

  it('to the own page opens for a quarter of an hour', async () => {
    const asked = (): Promise<Call> =>
      test.call('POST', '/v1/links', { contract, externalId: `hanako-${test.ahead}` }, { key: null });
    const tokens = (): string[] =>
      test.mails.flatMap(({ text }) => /token=([\w-]{43})/.exec(text)?.slice(1) ?? []);
    const mailed = async (): Promise<string> => {
      const before = tokens().length;
      expect((await asked()).status).toBe(202);
      await until(() => tokens().length !== before);
      return tokens().at(-1)!;
    };
    const early = await mailed();
    test.ahead += 14 * MINUTE;
    expect((await open(early)).status).toBe(201);
    const late = await mailed();
    test.ahead += 15 * MINUTE;
    expect(refusal(await open(late))).toEqual([410, 'link-over']);
  });
});
