import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiAnswer, ApiClient } from '@smartkey/api-client';
import { enterpriseQuote } from '@smartkey/testing/end-to-end';
import { answerOf } from '../answer-of.ts';
import type { Begin, Stage } from './stage.fixture.ts';

interface Proposed {
  readonly id: string;
  readonly approval: string;
}

interface Answer {
  readonly code?: string;
  readonly number?: string;
}

interface Approval {
  readonly id: string;
  readonly state: string;
}

/** What the stage can do besides: kill who is at work, and tell whether both instances of a service are. */
export interface Instances {
  /** SIGKILL to the services that carry out approvals, one instance of each where there are two; answers when they are back. */
  die(): Promise<void>;
  /** How often each instance has answered an approval; one alone where there is one. */
  answered(): Promise<readonly number[]>;
}

/** Two persons and a close, side by side, in May and June 2024. */
export const approvalsAtOnce = (begin: Begin, instances: () => Instances): void =>
  describe('Two persons: approvals at once, whichever instance each comes to', () => {
    const CODE = 'JP-STD-10-2019';
    let stage: Stage;
    let contract: string;
    let invoice: string;
    let keys: Readonly<Record<'asks' | 'tanaka' | 'sato', string>>;
    const as = (who: keyof typeof keys): ApiClient => stage.operator.as(keys[who]);
    const credit = async (amount: string): Promise<string> =>
      (
        await as('asks').post<Proposed>(`/invoices/${invoice}/credit-notes`, {
          amount,
          taxCode: CODE,
          reason: '障害のお詫び',
          agreedOn: '2024-06-01',
        })
      ).approval;
    const charge = async (): Promise<string> => {
      const fee = { amount: '3000', description: '設定', occurredOn: '2024-05-20' };
      return (await as('asks').post<Proposed>(`/contracts/${contract}/one-time-fees`, fee)).id;
    };
    const waive = async (fee: string): Promise<string> =>
      (await as('asks').delete<Proposed>(`/contracts/${contract}/one-time-fees/${fee}?reason=goodwill`))
        .approval;
    const decide = (
      approval: string,
      who: 'tanaka' | 'sato',
      what: 'approve' | 'reject' = 'approve',
      idempotencyKey?: string,
    ): Promise<ApiAnswer<Answer>> =>
      as(who).call(
        'POST',
        `/approvals/${approval}/${what}`,
        what === 'reject' ? { reason: '不要' } : undefined,
        {
          ...(idempotencyKey !== undefined && { idempotencyKey }),
        },
      );
    /** As a client does whose call was cut off. */
    const decidedAtLast = (
      approval: string,
      key: string,
      who: 'tanaka' | 'sato' = 'tanaka',
    ): Promise<ApiAnswer<Answer> | undefined> =>
      stage.steps.until(
        () => answerOf(() => decide(approval, who, 'approve', key)),
        (answer) =>
          answer !== undefined &&
          ![429, 502, 503].includes(answer.status) &&
          answer.body.code !== 'idempotency-in-progress',
      );
    const stateOf = async (approval: string): Promise<string | undefined> => {
      for await (const each of stage.operator.pages<Approval>('/approvals?limit=200'))
        if (each.id === approval) return each.state;
      return undefined;
    };
    const notes = async (): Promise<readonly string[]> =>
      (await stage.steps.invoices(contract))
        .filter(({ kind }) => kind === 'credit-note')
        .map(({ net }) => net);
    const codes = (answers: readonly ApiAnswer<Answer>[]): readonly string[] =>
      answers.map(({ status, body }) => body.code ?? String(status)).sort();

    beforeAll(async () => {
      stage = await begin('2024-05-01T00:00:00Z');
      const { steps, operator } = stage;
      const keyOf = async (role: string, name: string): Promise<string> =>
        (await operator.post<{ key: string }>('/keys', { role, name })).key;
      keys = {
        asks: await keyOf('operator', '鈴木'),
        tanaka: await keyOf('finance', '田中'),
        sato: await keyOf('finance', '佐藤'),
      };
      contract = await steps.accepted('enterprise', '2024-05-01', enterpriseQuote('2024-05'));
      for (const n of [1, 2, 3]) await steps.register(contract, `at-once-${n}`);
      await steps.setClock('2024-06-05T00:00:00Z');
      expect(await steps.close('2024-05')).toMatchObject({ state: 'completed', contracts: { parked: 0 } });
      // 10,000 + 3 × 300.
      invoice = (await steps.invoices(contract, '2024-05'))[0]!.number;
    }, 300_000);
    afterAll(() => stage?.clear());

    it('one note that many approve is one document, one waiver one fact', async () => {
      const before = await instances().answered();
      const note = await credit('100');
      const waiver = await waive(await charge());
      for (const [approval, first] of [
        [note, '201'],
        [waiver, '200'],
      ] as const) {
        const answers = await Promise.all(
          Array.from({ length: 10 }, (_, n) => decide(approval, n % 2 === 0 ? 'tanaka' : 'sato')),
        );
        expect(codes(answers)).toEqual([first, ...Array.from({ length: 9 }, () => 'approval-decided')]);
        expect(await stateOf(approval)).toBe('approved');
      }
      expect(await notes()).toEqual(['-100']);
      const after = await instances().answered();
      for (const [n, count] of after.entries()) expect(count).toBeGreaterThan(before[n] ?? 0);
    });

    it('of an approval and a rejection one holds, and the documents agree with it', async () => {
      const before = (await notes()).length;
      let approved = 0;
      for (let round = 0; round < 6; round += 1) {
        const approval = await credit('10');
        const answers = await Promise.all([
          decide(approval, 'tanaka'),
          decide(approval, 'sato', 'reject'),
          decide(approval, 'sato'),
          decide(approval, 'tanaka', 'reject'),
        ]);
        expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
        const state = await stateOf(approval);
        expect(['approved', 'rejected']).toContain(state);
        if (state === 'approved') approved += 1;
      }
      expect(await notes()).toHaveLength(before + approved);
    });

    it('notes that together are more than is billed: only so many are issued, the others fall', async () => {
      const left = 10_900 + (await notes()).reduce((sum, net) => sum + Number(net), 0);
      const before = (await notes()).length;
      const each = Math.floor(left / 2) - 10;
      const approvals = await Promise.all(Array.from({ length: 4 }, () => credit(String(each))));
      const answers = await Promise.all(
        approvals.map((approval, n) =>
          decidedAtLast(approval, `together-${approval}`, n % 2 === 0 ? 'tanaka' : 'sato'),
        ),
      );
      expect(codes(answers.flatMap((answer) => answer ?? []))).toEqual([
        '201',
        '201',
        'no-longer-legal',
        'no-longer-legal',
      ]);
      expect(await notes()).toHaveLength(before + 2);
      const states = await Promise.all(approvals.map(stateOf));
      expect(states.sort()).toEqual(['approved', 'approved', 'rejected', 'rejected']);
    });

    it('a close goes on meanwhile, instances die in the midst of it: each approval has its one deed, no number is missing', async () => {
      const fees = await Promise.all([charge(), charge(), charge()]);
      const late = await as('asks').call('POST', `/contracts/${contract}/ids`, {
        externalId: 'found-late',
        registeredOn: '2024-05-11',
        reason: '漏れ',
      });
      expect(late.status).toBe(201);
      const waivers: string[] = [];
      for (const fee of fees) waivers.push(await waive(fee));
      const credits = [await credit('1'), await credit('1')];
      const before = await notes();
      await stage.steps.setClock('2024-07-05T00:00:00Z');
      const closing = stage.operator.post<{ runId: string }>('/billing/months/2024-06/close', undefined, {
        idempotencyKey: 'close-at-once',
      });
      const { runId } = await closing;
      const all = [...waivers, ...credits];
      const sent = all.map((approval) =>
        answerOf(() => decide(approval, 'tanaka', 'approve', `once-${approval}`)),
      );
      await instances().die();
      await Promise.all(sent);
      for (const approval of all)
        expect([approval, (await decidedAtLast(approval, `once-${approval}`))?.status]).toEqual([
          approval,
          waivers.includes(approval) ? 200 : 201,
        ]);
      const run = await stage.steps.until(
        () => stage.operator.get<{ state: string }>(`/billing/runs/${runId}`),
        ({ state }) => state === 'completed' || state === 'partial',
      );
      expect(run.state).toBe('completed');
      for (const approval of all) expect(await stateOf(approval)).toBe('approved');
      expect(await notes()).toEqual([...before, '-1', '-1']);
      // Whatever came first: with the next close nothing waits.
      await stage.steps.setClock('2024-08-05T00:00:00Z');
      await stage.steps.close('2024-07');
      const { items } = await stage.operator.get<{ items: { state: string }[] }>(
        `/contracts/${contract}/corrections?state=waiting`,
      );
      expect(items).toEqual([]);
      const numbers: string[] = [];
      for await (const { number } of stage.operator.pages<{ number: string }>('/invoices?limit=200'))
        numbers.push(number);
      expect(numbers).toEqual(numbers.map((_, n) => `SK-${String(n + 1).padStart(9, '0')}`));
      for (const { number } of await stage.steps.invoices(contract))
        expect([number, await stage.operator.post(`/invoices/${number}/verification`)]).toEqual([
          number,
          { identical: true },
        ]);
    }, 400_000);
  });
