import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageFromJson, type FeedPageJson } from '@smartkey/event-bus';
import { encodeMessage } from '@smartkey/kafka';
import { HttpVisitor, tokenIn } from './portal/http-visitor.ts';
import {
  Collector,
  enterpriseQuote,
  OPERATOR_KEY,
  Steps,
  System,
  UNLINKED,
  type CollectedSpan,
} from '@smartkey/testing/end-to-end';

const INTERNAL_TOKEN = 'internal-token-of-the-tracing-test-0123456789';
const APPLICANT = '秘匿株式会社';
const EXTERNAL_ID = 'hanako.himitsu@example.jp';
const DISPLAY_NAME = '秘密花子';

/** Whoever says `referer` says where the link was. */
const fromALink = (url: string) => ({ headers: { referer: url } });

let folder: string;
const trace = (): { id: string; span: string; header: string } => {
  const [id, span] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { id, span, header: `00-${id}-${span}-01` };
};

/** A system that leaves, at its end, the list of the modules that it had loaded. */
async function startSystem(name: string, variables: Record<string, string>): Promise<System> {
  const watcher = join(folder, `${name}.cjs`);
  await writeFile(
    watcher,
    `process.on('exit', () => require('node:fs').writeFileSync(
      ${JSON.stringify(modulesFile(name))}, Object.keys(require.cache).join('\\n')));`,
  );
  const key = () => randomBytes(32).toString('base64');
  const settings = {
    NODE_OPTIONS: `--require ${watcher}`,
    SMARTKEY_ENCRYPTION_KEYS: key(),
    SMARTKEY_LOOKUP_KEY: key(),
    SMARTKEY_INTERNAL_TOKEN: INTERNAL_TOKEN,
    SMARTKEY_LOG_LEVEL: 'debug',
  };
  return System.start({ ...settings, ...variables }, UNLINKED);
}
const modulesFile = (name: string): string => join(folder, `${name}.modules`);
const loadedModules = async (name: string): Promise<string[]> =>
  (await readFile(modulesFile(name), 'utf8')).split('\n');

/** The log of the contract service, asked for at its own door. */
async function feedOf(steps: Steps, system: System): Promise<() => Promise<FeedPageJson['messages']>> {
  const runs = /"service":"contract","url":"([^"]+)"/;
  const log = await steps.until(
    async () => system.errors,
    (text) => runs.test(text),
  );
  const url = runs.exec(log)![1]!;
  return async () => {
    const answer = await fetch(`${url}/internal/log`, { headers: { 'x-smartkey-token': INTERNAL_TOKEN } });
    return ((await answer.json()) as FeedPageJson).messages;
  };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smartkey-tracing-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a traced system', () => {
  let collector: Collector;
  let system: System;
  let contract: string;
  let spans: CollectedSpan[];
  let messages: FeedPageJson['messages'];
  let requestLines: string;
  let linkLines: string;
  /** What a user's link lets in by: its token, the number that goes with it, and the sessions. */
  const ofTheLink: string[] = [];
  const secrets: string[] = [OPERATOR_KEY, INTERNAL_TOKEN, APPLICANT, EXTERNAL_ID, DISPLAY_NAME];
  const codes: string[] = [];
  const acceptance = trace();
  const authentication = trace();

  beforeAll(async () => {
    collector = await Collector.start();
    system = await startSystem('on', {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: '100',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    });
    const { operator } = system;
    const steps = new Steps(operator);
    const readFeed = await feedOf(steps, system);

    contract = await steps.apply('enterprise', APPLICANT);
    await operator.post(`/contracts/${contract}/quotes`, enterpriseQuote('2018-01'));
    await operator.post(
      `/contracts/${contract}/acceptance`,
      { billingStartDate: '2018-01-01' },
      { headers: { traceparent: acceptance.header, tracestate: `vendor=${EXTERNAL_ID.split('@')[0]}` } },
    );
    requestLines = await steps.until(
      async () => system.errors,
      (text) => text.includes(`"trace_id":"${acceptance.id}"`),
    );
    const account = await steps.register(contract, EXTERNAL_ID, { displayName: DISPLAY_NAME });
    await operator.get(`/contracts/${contract}/ids?externalId=${encodeURIComponent(EXTERNAL_ID)}`);
    const { key } = await operator.post<{ key: string }>(`/contracts/${contract}/keys`, {
      role: 'contractor',
    });
    const phone = await steps.enrol(contract, account);
    const enrolment = await operator.post<{ id: string; otpauthUri: string }>(
      `/contracts/${contract}/ids/${account}/enrolments`,
      {},
    );
    secrets.push(key, new URL(enrolment.otpauthUri).searchParams.get('secret')!);
    await openLink(await issueLink(contract, account));
    linkLines = system.errors;
    secrets.push(...ofTheLink);
    await steps.setClock('2018-01-01T01:00:00Z');
    const code = phone.codeAt('2018-01-01T01:00:00Z');
    const wrong = phone.wrongCodeAt('2018-01-01T01:00:00Z');
    codes.push(code, wrong);
    expect(await steps.authenticate(contract, EXTERNAL_ID, wrong)).toMatchObject({ result: 'denied' });
    const answer = await operator.post(
      '/authentications',
      { contract, externalId: EXTERNAL_ID, code },
      { headers: { traceparent: authentication.header } },
    );
    expect(answer).toMatchObject({ result: 'success' });
    // Whatever a caller writes in the place of an id is the caller's.
    const strange = await operator.call(
      'POST',
      `/contracts/${encodeURIComponent(EXTERNAL_ID)}/acceptance`,
      {},
    );
    expect(strange.status).toBe(404);
    messages = await readFeed();
    // The second enrolment has run out by then, and the month can be closed.
    await steps.setClock('2018-02-01T00:00:00Z');
    expect(await steps.close('2018-01')).toMatchObject({ state: 'completed', contracts: { issued: 1 } });
    const processed = (): boolean =>
      collector.spans.some(({ name, links }) => name === 'process authentication' && links.length > 0);
    await steps.until(async () => processed(), Boolean);
    expect(await system.stop()).toBe(0);
    spans = collector.spans;
  });
  afterAll(async () => {
    await system.dispose();
    await collector.close();
  });

  const issueLink = (of: string, account: string): Promise<{ url: string; number: string }> =>
    system.operator.post(`/contracts/${of}/ids/${account}/enrolment-links`, { identitySeen: '社員証を確認' });

  /** As a browser goes through it, from the link to the QR code; with a Referer that a browser would not send. */
  async function openLink({ url, number }: { readonly url: string; readonly number: string }): Promise<void> {
    const { origin, pathname, search, searchParams } = new URL(url);
    const token = searchParams.get('token')!;
    const visitor = new HttpVisitor(origin, '127.0.0.1');
    const session = (): string => [...visitor.cookies.values()].at(-1)!;
    expect((await visitor.get(pathname + search)).headers['referrer-policy']).toBe('no-referrer');
    await visitor.get('/portal/assets/tokens.css', fromALink(url));
    expect((await visitor.post('/portal/link', { token }, fromALink(url))).status).toBe(303);
    ofTheLink.push(token, number, session());
    const form = async () => ({ _csrf: tokenIn((await visitor.get('/portal/self', fromALink(url))).text) });
    const proof = { ...(await form()), kind: 'number', number };
    expect((await visitor.post('/portal/self/proof', proof, fromALink(url))).status).toBe(303);
    ofTheLink.push(session());
    const shown = await visitor.post('/portal/self/enrolments', await form(), fromALink(url));
    ofTheLink.push(/<code class="secret">([A-Z2-7]+)</.exec(shown.text)![1]!);
    // Once more, and one that never was.
    for (const each of [token, 'x'.repeat(43)])
      expect((await visitor.post('/portal/link', { token: each }, fromALink(url))).status).toBe(410);
    expect((await system.operator.as('nobody').call('GET', `/links/open?token=${token}`)).status).toBe(401);
  }

  const named = (name: string, traceId: string): CollectedSpan => {
    const found = spans.filter((span) => span.name === name && span.traceId === traceId);
    expect(found.map(({ spanId }) => spanId)).toHaveLength(1);
    return found[0]!;
  };
  const acceptingCommand = (): CollectedSpan => named('command contract', acceptance.id);

  it('has one trace from the caller through gateway, service and command to the append', () => {
    const chain = [
      named('POST /v1/*', acceptance.id),
      named('POST contract', acceptance.id),
      named('POST /v1/contracts/:id/acceptance', acceptance.id),
      acceptingCommand(),
      named('append', acceptance.id),
    ];
    expect(chain[0]!.parentSpanId).toBe(acceptance.span);
    chain.slice(1).forEach((span, index) => expect(span.parentSpanId).toBe(chain[index]!.spanId));
    expect(chain.map(({ resource }) => resource['service.name'])).toEqual([
      'smartkey-gateway',
      'smartkey-gateway',
      'smartkey-contract',
      'smartkey-contract',
      'smartkey-contract',
    ]);
  });

  it('tells of a command what kind of aggregate it went to and what became of it', () => {
    expect(acceptingCommand().attributes).toMatchObject({
      'smartkey.aggregate.type': 'contract',
      'smartkey.aggregate.id': contract,
      'smartkey.command.outcome': 'decided',
      'smartkey.command.attempts': 1,
    });
  });

  it('links what other services make of the events to the command, in traces of their own', () => {
    const { traceId, spanId } = acceptingCommand();
    const linked = spans.filter(({ links }) =>
      links.some((link) => link.traceId === traceId && link.spanId === spanId),
    );
    expect(new Set(linked.map(({ name }) => name))).toEqual(new Set(['process contract']));
    expect(new Set(linked.map(({ resource }) => resource['smartkey.service']))).toEqual(
      new Set(['contract', 'device-registry', 'authentication', 'billing']),
    );
    for (const span of linked) expect(span.traceId).not.toBe(traceId);
  });

  it('stamps the events of the command with it, in the feed and in the CloudEvents headers', () => {
    const traceparent = `00-${acceptance.id}-${acceptingCommand().spanId}-01`;
    const accepted = messages.filter((message) => message.traceparent === traceparent);
    expect(accepted.map(({ type }) => type)).toContain('ContractAccepted');
    expect(encodeMessage(messageFromJson(accepted[0]!)).headers['traceparent']).toBe(traceparent);
  });

  it('has one span for the decision of an authentication, in the trace of the caller', () => {
    const decision = named('authenticate', authentication.id);
    expect(decision.attributes).toEqual({
      'smartkey.contract': contract,
      'smartkey.authentication.result': 'success',
    });
    expect(decision.parentSpanId).toBe(named('POST /v1/authentications', authentication.id).spanId);
  });

  it('names the span of a request in its line of the log', () => {
    const lines = requestLines.split('\n').filter((line) => line.includes(acceptance.id));
    const { spanId } = named('POST /v1/contracts/:id/acceptance', acceptance.id);
    expect(lines.some((line) => line.includes(`"span_id":"${spanId}"`) && line.includes('"request"'))).toBe(
      true,
    );
  });

  it('leaves no span of a round or timer that did nothing, and every span has a service', () => {
    const rounds = spans.filter(({ name }) => name === 'completeness round');
    const parents = new Set(spans.map(({ parentSpanId }) => parentSpanId));
    for (const { spanId } of rounds) expect(parents).toContain(spanId);
    expect(spans.filter(({ resource }) => resource['smartkey.service'] === 'standalone')).toEqual([]);
  });

  it('has spans of timers that did something, in a trace of their round', () => {
    const expiry = spans.find(({ attributes }) => attributes['smartkey.command.type'] === 'ExpireEnrolment')!;
    const due = spans.find(({ spanId }) => spanId === expiry.parentSpanId)!;
    const round = spans.find(({ spanId }) => spanId === due.parentSpanId)!;
    expect([due.name, round.name]).toEqual(['due work', 'completeness round']);
    expect(round.parentSpanId ?? '').toBe('');
    expect(round.resource['smartkey.service']).toBe('device-registry');
  });

  it('has a span of the close run, in a trace of its own, around its appends', () => {
    const close = spans.filter(({ name }) => name === 'close month');
    expect(close).toHaveLength(1);
    expect(close[0]!.parentSpanId ?? '').toBe('');
    expect(close[0]!.attributes['smartkey.month']).toBe('2018-01');
    expect(
      spans.filter(({ parentSpanId }) => parentSpanId === close[0]!.spanId).map(({ name }) => name),
    ).toEqual(expect.arrayContaining(['append', 'command close']));
  });

  it('takes the standard resource attributes over', () => {
    for (const { resource } of spans) expect(resource['deployment.environment.name']).toBe('test');
  });

  it('sends no key, token, secret, external id or name', () => {
    const bytes = Buffer.concat(collector.bodies).toString();
    expect(spans.length).toBeGreaterThan(50);
    for (const secret of secrets) {
      expect(bytes).not.toContain(secret);
      expect(bytes).not.toContain(encodeURIComponent(secret));
      expect(bytes).not.toContain(JSON.stringify(secret).slice(1, -1));
    }
    expect(bytes).not.toContain(EXTERNAL_ID.split('@')[0]!);
  });

  it('has a user’s link opened in spans and lines, and its token, number and sessions in none', () => {
    const paths = spans.map(({ name, attributes }) => `${name} ${JSON.stringify(attributes)}`).join('\n');
    for (const path of ['/portal/', 'POST /v1/links/open', 'POST /v1/self/proof', 'POST /v1/self/enrolments'])
      expect(paths).toContain(path);
    for (const path of ['/portal/link', '/v1/links/open', '/v1/self/proof', '/v1/self/enrolments'])
      expect(linkLines).toContain(`${path}"`);
    expect(ofTheLink).toHaveLength(5);
    for (const secret of ofTheLink) expect(linkLines).not.toContain(secret);
  });

  it('sends no code', () => {
    // Ids and times are digits too, and of no one's choosing.
    const said = spans.flatMap(({ name, attributes, resource }) => [
      name,
      ...Object.values(attributes),
      ...Object.values(resource),
    ]);
    expect(codes).toHaveLength(2);
    for (const code of codes) expect(said.join('\n')).not.toContain(code);
  });

  it('has loaded the SDK', async () => {
    expect((await loadedModules('on')).some((file) => file.includes('@opentelemetry/sdk-trace'))).toBe(true);
  });
});

describe('a system that is not traced', () => {
  let collector: Collector;
  let system: System;
  let messages: FeedPageJson['messages'];
  let log: string;
  const given = trace();

  beforeAll(async () => {
    collector = await Collector.start();
    // Named, and switched off: not even a name makes it send.
    system = await startSystem('off', {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_TRACES_EXPORTER: 'none',
    });
    const steps = new Steps(system.operator);
    const readFeed = await feedOf(steps, system);
    await system.operator.post(
      '/contracts',
      { applicant: { name: APPLICANT, iijIdContract: 'iid-1' }, plan: 'enterprise' },
      { headers: { traceparent: given.header } },
    );
    messages = await readFeed();
    log = system.errors;
    expect(await system.stop()).toBe(0);
  });
  afterAll(async () => {
    await system.dispose();
    await collector.close();
  });

  it('sends nothing', () => expect(collector.bodies).toEqual([]));

  it('loads no module of the SDK', async () => {
    const modules = await loadedModules('off');
    expect(modules.length).toBeGreaterThan(100);
    expect(modules.filter((file) => /@opentelemetry\/(?!api\/)/.test(file))).toEqual([]);
  });

  it('passes the trace of a caller on with the events, as it came', () => {
    expect(messages.map(({ traceparent }) => traceparent)).toContain(given.header);
  });

  it('says nothing of traces in its log', () => expect(log).not.toContain('trace_id'));
});
