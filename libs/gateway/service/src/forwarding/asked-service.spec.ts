import { describe, expect, it } from '@jest/globals';
import type { Answer } from '../front/answer.ts';
import { AskedService } from './asked-service.ts';
import type { OwnerRequest } from './owner-request.ts';

function asking(status: number, body: string, headers: Record<string, string> = {}) {
  const sent: OwnerRequest[] = [];
  const answer: Answer = { status, headers, body: Buffer.from(body), secret: false };
  const send = (request: OwnerRequest) => Promise.resolve((sent.push(request), answer));
  return { asked: new AskedService({ send }, 'token-of-the-services'), sent };
}
const refusal = JSON.stringify({ status: 409, code: 'taken', detail: 'Somebody has it.', errors: [] });

describe('what the gateway asks a service by itself', () => {
  it('is a GET, with a body a POST in JSON; for whom, as which command and for how long is said', async () => {
    const plain = asking(200, '{"a":1}');
    expect(await plain.asked.answer({ path: '/internal/x?y=1' })).toEqual({ a: 1 });
    expect(plain.sent).toEqual([
      { method: 'GET', target: '/internal/x?y=1', headers: { 'x-smartkey-token': 'token-of-the-services' } },
    ]);
    const full = asking(201, '');
    const told = await full.asked.answerOrRefusal({
      path: '/internal/x',
      body: { b: 2 },
      actor: { role: 'operator', key: 'k' },
      commandId: 'c-1',
      repeatable: true,
      headers: { 'consistency-token': 't' },
      timeout: 7,
    });
    expect(told).toEqual({});
    expect(full.sent[0]).toMatchObject({
      method: 'POST',
      body: Buffer.from('{"b":2}'),
      timeout: 7,
      headers: {
        'content-type': 'application/json',
        'consistency-token': 't',
        'x-smartkey-command-id': 'c-1',
        'x-smartkey-repeatable': '1',
      },
    });
    expect(Object.keys(full.sent[0]!.headers)).toContain('x-smartkey-actor');
  });

  it.each([
    ['a failure', 500, '{}'],
    ['no JSON', 200, '<html>'],
    ['null', 200, 'null'],
    ['more than is read', 200, JSON.stringify('x'.repeat(100))],
    ['a refusal that says nothing', 404, '{}'],
  ])('is 503 to every caller where the answer is %s', async (_what, status, body) => {
    const { asked } = asking(status, body);
    await expect(asked.answer({ path: '/x', most: 64 })).rejects.toMatchObject({ status: 503 });
    await expect(asked.answerOrRefusal({ path: '/x', most: 64 })).rejects.toMatchObject({ status: 503 });
  });

  it('a refusal is told on where somebody else has asked, with when to come again, and is 503 where nobody has', async () => {
    await expect(asking(409, refusal).asked.answer({ path: '/x' })).rejects.toMatchObject({ status: 503 });
    await expect(asking(409, refusal).asked.answerOrRefusal({ path: '/x' })).rejects.toMatchObject({
      status: 409,
      code: 'taken',
      detail: 'Somebody has it.',
    });
    const busy = JSON.stringify({ status: 503, code: 'consistency-timeout', detail: 'Not there yet.' });
    await expect(
      asking(503, busy, { 'retry-after': '2' }).asked.answerOrRefusal({ path: '/x' }),
    ).rejects.toMatchObject({
      status: 503,
      code: 'consistency-timeout',
      more: { headers: { 'retry-after': '2' } },
    });
  });

  it('what is not there is undefined where it may be missing', async () => {
    expect(await asking(404, '{}').asked.find({ path: '/x' })).toBeUndefined();
    expect(await asking(200, '{"a":1}').asked.find({ path: '/x' })).toEqual({ a: 1 });
    await expect(asking(409, refusal).asked.find({ path: '/x' })).rejects.toMatchObject({ status: 503 });
  });
});
