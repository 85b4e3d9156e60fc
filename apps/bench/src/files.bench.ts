import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { BillingClient } from './billing-client.ts';
import { emptyTemplate } from './empty-template.ts';
import { type FilesScale, type FilesWorld, withFilesWorld } from './files-world.ts';
import { type Figure, type Latency, millisOf, quantilesOf, secondsOf } from './measure.ts';
import { MONTH } from './spoken-logs.ts';
import { WorkByTenth } from './work-by-tenth.ts';

/** Documents that are asked for before anybody has come to them. */
const ASKED_FOR = 50;
/** How often it is looked how far rendering is: each look counts all files there are. */
const RENDERING_LOOK_MILLIS = 2_000;
const EXPORT_LOOK_MILLIS = 100;
const EXPORTS = ['canonical-csv', 'freee', 'moneyforward', 'yayoi', 'kanjo-bugyo', 'jp-pint'] as const;

/** Writes down how far a long part is. */
const tellOf =
  (part: string) =>
  (line: string): void =>
    void process.stderr.write(`  ${new Date().toISOString().slice(11, 19)} ${part}: ${line}\n`);

/**
 * Documents of a month as files: one that somebody waits for; all of them stored, with their statements; each format for ERPs; and all PDFs and e-invoices
 * taken along. Beside each its bare cost: the same documents' JSON written to disk, and pdfkit on an empty template.
 */
export function filesBench(scale: FilesScale): Promise<(Figure | Latency)[]> {
  return withFilesWorld(scale, tellOf('made ready'), async (world) => {
    const { documents, accounts } = scale;
    const asked = await askedFor(world);
    const { client, run } = await world.inBackground();
    const rendering = await rendered(client, run, documents);
    const { json, pages } = await bareSeconds(client, world.folder, documents);
    const disk = { limit: documents / json, limitIs: 'their JSON to disk', unit: 'documents' };
    const figures: (Figure | Latency)[] = [
      asked,
      {
        name: 'documents as files, with their statements',
        rate: documents / rendering.seconds,
        ...disk,
        note: `${accounts} accounts; ${rendering.note}`,
      },
      {
        name: 'the same beside empty pages',
        rate: documents / rendering.seconds,
        ...disk,
        limit: documents / pages,
        limitIs: 'pdfkit on an empty template',
      },
    ];
    for (const format of EXPORTS) {
      const { seconds, note } = await exported(client, format, documents);
      figures.push({ name: `documents as ${format}`, rate: documents / seconds, ...disk, note });
    }
    const { seconds, note } = await takenAlong(client, documents);
    figures.push({ name: 'documents in one zip', rate: documents / seconds, ...disk, note });
    return figures;
  });
}

/** How long somebody waits for the pages of a document that nobody has come to: its e-invoice and statement are made on the way. */
async function askedFor({ onDemand }: FilesWorld): Promise<Latency> {
  const { items } = await onDemand.call<{ items: { number: string }[] }>(
    'GET',
    `/v1/invoices?limit=${ASKED_FOR + 1}`,
  );
  const millis: number[] = [];
  const floors: number[] = [];
  for (const { number } of items)
    millis.push(
      await millisOf(async () => {
        const answer = await onDemand.fetch('GET', `/v1/invoices/${number}.pdf`);
        const { byteLength } = await answer.arrayBuffer();
        if (answer.status !== 200 || byteLength === 0)
          throw new Error(`${number}.pdf answered ${answer.status}`);
      }),
    );
  for (const _ of millis) floors.push(await millisOf(emptyTemplate));
  const [first = 0, ...others] = millis;
  return quantilesOf(
    'a document that nobody had come to, as PDF',
    others,
    floors,
    `pdfkit on an empty template; the first took ${Math.round(first)} ms with its fonts`,
  );
}

interface Measured {
  readonly seconds: number;
  readonly note: string;
}

interface FileProgress {
  readonly kind: string;
  readonly total: number;
  readonly rendered: number;
  readonly refused: number;
}

/** Lets the worker of a service make all files, and looks on as offices do. */
async function rendered(
  client: BillingClient,
  run: () => Promise<void>,
  documents: number,
): Promise<Measured> {
  const work = new WorkByTenth(documents, tellOf('rendered'));
  const seconds = await secondsOf(async () => {
    await run();
    const { items } = await client.call<{ items: { id: string }[] }>('GET', '/v1/billing/runs');
    for (;;) {
      const { files } = await client.call<{ files: FileProgress[] }>(
        'GET',
        `/v1/billing/runs/${items[0]!.id}`,
      );
      const refused = files.find((each) => each.refused > 0);
      if (refused !== undefined) throw new Error(`${refused.refused} ${refused.kind} files were refused`);
      work.done(Math.min(...files.map((each) => each.rendered)));
      if (files.every((each) => each.total === each.rendered)) return;
      await pause(RENDERING_LOOK_MILLIS);
    }
  });
  return { seconds, note: work.stop() };
}

/** Asks for a file of the month, and looks on until it is there. */
async function exported(
  client: BillingClient,
  format: (typeof EXPORTS)[number],
  documents: number,
): Promise<Measured> {
  interface Told {
    readonly id: string;
    readonly state: string;
    readonly progress?: { readonly documents: number };
    readonly bytes?: number;
  }
  const work = new WorkByTenth(documents, tellOf(format));
  let told!: Told;
  const seconds = await secondsOf(async () => {
    const { id } = await client.call<Told>('POST', '/v1/exports', { month: MONTH, format });
    // Even one that is finished by its answer is downloaded only when it can be read.
    while ((told = await client.call<Told>('GET', `/v1/exports/${id}`)).state === 'running') {
      if (told.progress) work.done(told.progress.documents);
      await pause(EXPORT_LOOK_MILLIS);
    }
  });
  const note = work.stop();
  if (told.state !== 'finished') throw new Error(`${format} ended ${told.state}`);
  const bytes = await bytesAt(client, `/v1/exports/${told.id}/file`);
  if (bytes !== told.bytes) throw new Error(`${format} has ${bytes} bytes, and told ${told.bytes}`);
  return { seconds, note: `${(bytes / 1e6).toFixed(1)} MB; ${note}` };
}

/** Takes all files of the documents along as one. */
async function takenAlong(client: BillingClient, documents: number): Promise<Measured> {
  const work = new WorkByTenth(documents, tellOf('in one zip'));
  let bytes = 0;
  const seconds = await secondsOf(async () => (bytes = await bytesAt(client, '/v1/invoices.zip')));
  return { seconds, note: `${Math.round(bytes / 1e6)} MB; ${work.stop()}` };
}

/** How long a file is, which is read and thrown away. */
async function bytesAt(client: BillingClient, path: string): Promise<number> {
  const answer = await client.fetch('GET', path);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  let bytes = 0;
  for await (const part of answer.body!) bytes += (part as Uint8Array).length;
  return bytes;
}

/** The bare costs: each document's JSON into a file of its own; an empty page for each. */
async function bareSeconds(
  client: BillingClient,
  folder: string,
  documents: number,
): Promise<{ readonly json: number; readonly pages: number }> {
  let json = 0;
  let cursor: string | undefined;
  do {
    const page = await client.call<{ items: { number: string }[]; nextCursor: string | null }>(
      'GET',
      `/v1/invoices?limit=100${cursor === undefined ? '' : `&cursor=${cursor}`}`,
    );
    const whole = await Promise.all(
      page.items.map(async ({ number }) => ({
        number,
        document: await client.call<object>('GET', `/v1/invoices/${number}`),
      })),
    );
    json += await secondsOf(async () => {
      for (const { number, document } of whole)
        await writeFile(join(folder, `${number}.json`), JSON.stringify(document));
    });
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  const pages = await secondsOf(async () => {
    for (let n = 0; n < documents; n += 1) emptyTemplate();
    await Promise.resolve();
  });
  return { json, pages };
}
