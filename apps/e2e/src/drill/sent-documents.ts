import assert from 'node:assert/strict';
import type { InvoiceDocument } from '@smartkey/testing/end-to-end';
import type { Phase } from './phase.ts';
import type { Report } from './report.ts';
import type { Whole } from './stage/whole.ts';

/** A document that somebody may hold in hands. */
export interface SentDocument {
  readonly document: InvoiceDocument;
  readonly phase: Phase;
}

/** What stands on a document, without how far its delivery is. */
const printed = ({
  number,
  contract,
  kind,
  month,
  lines,
  taxes,
  net,
  tax,
  total,
}: InvoiceDocument): InvoiceDocument => ({
  number,
  contract,
  kind,
  month,
  lines,
  taxes,
  net,
  tax,
  total,
});

/** The documents of a month, as they are issued now. */
export async function documentsOf(
  whole: Whole,
  { enterprise, provider }: { readonly enterprise: string; readonly provider: string },
  month: string,
): Promise<readonly InvoiceDocument[]> {
  const documents = [];
  for (const contract of [enterprise, provider])
    documents.push(...(await whole.steps.invoices(contract, month)).map(printed));
  return documents;
}

/**
 * A document that was sent is there as it was, or, where the loss took it, its number is given to none.
 * @returns how many are not there.
 * @throws where one is lost that no loss explains, or its number stands on another one.
 */
export async function documentsStand(
  whole: Whole,
  { sent }: { readonly sent: ReadonlyMap<string, SentDocument> },
  allowed: readonly Phase[] = [],
): Promise<number> {
  let lost = 0;
  for (const [number, { document, phase }] of sent) {
    const there = await whole.operator.call<InvoiceDocument>('GET', `/invoices/${number}`);
    if (there.status === 200) assert.deepEqual(printed(there.body), document, `${number} is as it was sent`);
    else {
      assert.equal(there.status, 404);
      assert.ok(allowed.includes(phase), `${number} is lost, sent ${phase}, that no loss explains`);
      lost += 1;
    }
  }
  return lost;
}

/**
 * After a loss of documents months are parked as `document-lost` until they are put back from the topic, or where that does not hold them all, a person has
 * looked for what was sent; then documents go on in a series of their own. Where all of them are found again there is nothing to decide.
 */
export async function decideAboutDocuments(
  whole: Whole,
  writers: { takeMonth(): string; readonly sent: ReadonlyMap<string, SentDocument> },
  report: Report,
): Promise<void> {
  // One of which something is to be issued: a month that was issued whole is closed again in any case.
  const month = writers.takeMonth();
  if ((await whole.steps.close(month)).state === 'completed') {
    report.found('are months parked as document-lost?', 'no: nothing is to be decided');
    return;
  }
  const codes = new Set<string>();
  for await (const { code } of whole.operator.pages<{ code: string }>('/billing/parked')) codes.add(code);
  assert.deepEqual([...codes], ['document-lost'], 'months are parked for this reason, and no other');
  report.found('are months parked as document-lost?', 'yes, until a person has decided');
  if (whole.shape.kind === 'cluster' && whole.shape.eventStore !== true)
    await putBackFromTopic(whole, writers, report);
  else await beginSeries(whole);
  assert.equal((await whole.steps.close(month)).state, 'completed', 'the month is closed again');
}

/** The topics hold today: every document stands again as it was sent, under its number. */
async function putBackFromTopic(
  whole: Whole,
  writers: { readonly sent: ReadonlyMap<string, SentDocument> },
  report: Report,
): Promise<void> {
  const said = ['--by', 'operator of the day', '--reason', 'the topic holds what was sent'];
  const { code, lines } = await whole.cli('log', 'put-back', 'billing', ...said);
  report.found('are documents put back from the topic?', lines[0]!);
  assert.equal(code, 0, lines.join('\n'));
  assert.equal(await documentsStand(whole, writers), 0, 'every document that was sent is there as it was');
  const again = await whole.cli('log', 'put-back', 'billing', ...said);
  assert.equal(again.code, 0, 'and nothing is put back twice');
}

export async function beginSeries(whole: Whole): Promise<void> {
  const reason = ['--reason', 'the outbox was looked through'];
  const { code } = await whole.cli('series', 'begin', '--by', 'operator of the day', ...reason);
  assert.equal(code, 0, 'documents go on in a series of their own');
}
