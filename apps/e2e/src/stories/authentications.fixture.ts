import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiClient } from '@smartkey/api-client';
import { perUnitQuote, type Steps } from '@smartkey/testing/end-to-end';
import type { Begin, Stage } from './stage.fixture.ts';

const tally = (values: readonly (string | undefined)[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value ?? 'success'] = (counts[value ?? 'success'] ?? 0) + 1;
  return counts;
};

/** What back ends are answered in January 2018, up to the end of a contract. */
export const authentications = (begin: Begin): void =>
  describe('authentication through the public surface', () => {
    let stage: Stage;
    let steps: Steps;
    let contract: string;
    let backEnd: ApiClient;
    beforeAll(async () => {
      stage = await begin('2018-01-01T00:00:00Z');
      ({ steps } = stage);
      contract = await steps.accepted('service-provider', '2018-01-01', perUnitQuote('2018-01'));
      backEnd = await steps.client(contract, 'service-provider');
    });
    afterAll(() => stage?.clear());

    const sendTogether = async (
      count: number,
      externalId: string,
      code: string,
    ): Promise<Record<string, number>> =>
      tally(
        (
          await Promise.all(
            Array.from({ length: count }, () =>
              backEnd.post<{ reason?: string }>('/authentications', { externalId, code }),
            ),
          )
        ).map((answer) => answer.reason),
      );
    const successes = async (): Promise<number> =>
      (
        await stage.operator.get<{ authentications: { count: number } }>(
          `/contracts/${contract}/usage/2018-01`,
        )
      ).authentications.count;

    it('RFC 6238: one code a hundred times at once is one success and one billable event', async () => {
      const phone = await steps.enrol(contract, await steps.register(contract, 'parallel'), {
        algorithm: 'SHA256',
        digits: 8,
      });
      await steps.setClock('2018-01-01T00:01:00Z');
      const before = await successes();
      const counts = await sendTogether(100, 'parallel', phone.codeAt('2018-01-01T00:01:00Z'));
      expect(counts['success']).toBe(1);
      expect(counts).toEqual({ success: 1, code_already_used: 99 });
      await steps.setClock('2018-01-01T00:02:00Z');
      expect(await successes()).toBe(before + 1);
    });

    it('lock-out: of two hundred wrong guesses at once only the free ones are answered, and the right code is locked out too', async () => {
      const phone = await steps.enrol(contract, await steps.register(contract, 'guessed'));
      await steps.setClock('2018-01-01T00:04:00Z');
      const counts = await sendTogether(200, 'guessed', phone.wrongCodeAt('2018-01-01T00:04:00Z'));
      expect(counts).toEqual({ invalid_code: 5, locked: 195 });
      const right = await backEnd.post<{ reason?: string; retryAfterSeconds?: number }>('/authentications', {
        externalId: 'guessed',
        code: phone.codeAt('2018-01-01T00:04:00Z'),
      });
      expect(right).toMatchObject({ result: 'denied', reason: 'locked' });
      expect(right.retryAfterSeconds).toBeGreaterThan(0);
      await steps.setClock('2018-01-01T00:05:00Z');
      expect(
        await backEnd.post('/authentications', {
          externalId: 'guessed',
          code: phone.codeAt('2018-01-01T00:05:00Z'),
        }),
      ).toMatchObject({ result: 'success' });
    });

    it('a repeat with the same idempotency key is the same answer, with another code it is refused', async () => {
      const phone = await steps.enrol(contract, await steps.register(contract, 'repeating'));
      await steps.setClock('2018-01-01T00:10:00Z');
      const body = { externalId: 'repeating', code: phone.codeAt('2018-01-01T00:10:00Z') };
      const first = await backEnd.call<{ id: string }>('POST', '/authentications', body, {
        idempotencyKey: 'repeat-1',
      });
      const again = await backEnd.call<{ id: string }>('POST', '/authentications', body, {
        idempotencyKey: 'repeat-1',
      });
      expect(first.body).toMatchObject({ result: 'success' });
      expect(again.body).toEqual(first.body);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      const other = await backEnd.call(
        'POST',
        '/authentications',
        { ...body, code: '000000' },
        { idempotencyKey: 'repeat-1' },
      );
      expect(other.status).toBe(422);
    });

    it('says why it denies: unknown, deregistered, no device, suspended, withheld', async () => {
      const reason = async (externalId: string, code = '123456'): Promise<string | undefined> =>
        (await backEnd.post<{ reason?: string }>('/authentications', { externalId, code })).reason;
      expect(await reason('nobody')).toBe('not_authenticated');
      const id = await steps.register(contract, 'bare');
      expect(await reason('bare')).toBe('no_active_device');
      const phone = await steps.enrol(contract, id);
      await steps.operator.post(`/contracts/${contract}/ids/${id}/suspend`, { reason: 'lost' });
      await steps.setClock('2018-01-01T00:20:00Z');
      expect(await reason('bare', phone.codeAt('2018-01-01T00:20:00Z'))).toBe('id_suspended');
      await steps.operator.post(`/contracts/${contract}/ids/${id}/resume`, {});
      await steps.operator.put(`/contracts/${contract}/withholding`, { withheld: true, reason: '第5条3項' });
      expect(await reason('bare', phone.codeAt('2018-01-01T00:20:00Z'))).toBe('service_withheld');
      await steps.operator.put(`/contracts/${contract}/withholding`, { withheld: false, reason: '是正' });
      expect(await reason('bare', phone.codeAt('2018-01-01T00:20:00Z'))).toBeUndefined();
      await steps.operator.delete(`/contracts/${contract}/ids/${id}`);
      expect(await reason('bare', phone.codeAt('2018-01-01T00:20:00Z', 1))).toBe('not_authenticated');
      expect(await steps.register(contract, 'bare')).toBe(id);
      expect(await reason('bare', phone.codeAt('2018-01-01T00:20:00Z', 1))).toBe('no_active_device');
    });

    it('第6条: at the end of the last day it refuses, in the very instant', async () => {
      const ending = await steps.accepted('service-provider', '2018-01-01', perUnitQuote('2018-01'));
      const phone = await steps.enrol(ending, await steps.register(ending, 'last'));
      await steps.operator.post(`/contracts/${ending}/cancellation`, {});
      await steps.setClock('2018-01-31T14:59:59.999Z');
      expect(await steps.authenticate(ending, 'last', phone.codeAt(await steps.now()))).toMatchObject({
        result: 'success',
      });
      await steps.setClock('2018-01-31T15:00:00Z');
      expect(await steps.authenticate(ending, 'last', phone.codeAt(await steps.now()))).toMatchObject({
        result: 'denied',
        reason: 'contract_ended',
      });
    });
  });
