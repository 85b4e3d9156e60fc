import type { Service } from '@smartkey/runtime';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { emptyTemplate } from './empty-template.ts';
import { type FilesScale, type FilesWorld, withFilesWorld } from './files-world.ts';
import { type Figure, type Latency, quantile, secondsOf } from './measure.ts';
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
    const service = await world.inBackground();
    const rendering = await rendered(world, service, documents);
    const { json, pages } = await bareSeconds(world, service, documents);
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
      const { seconds, note } = await exported(world, service, format, documents);
      figures.push({ name: `documents as ${format}`, rate: documents / seconds, ...disk, note });
    }
    const { seconds, note } = await takenAlong(world, service, documents);
    figures.push({ name: 'documents in one zip', rate: documents / seconds, ...disk, note });
    return figures;
  });
}

/** How long somebody waits for the pages of a document that nobody has come to: its e-invoice and statement are made on the way. */
async function askedFor({ onDemand, call, fetch }: FilesWorld): Promise<Latency> {
  const { items } = await call<{ items: { number: string }[] }>(
    onDemand,
    'GET',
    `/invoices?limit=${ASKED_FOR + 1}`,
  );
  const millis: number[] = [];
  for (const { number } of items) {
    const before = performance.now();
    const answer = await fetch(onDemand, `/invoices/${number}.pdf`);
    const { byteLength } = await answer.arrayBuffer();
    if (answer.status !== 200 || byteLength === 0) throw new Error(`${number}.pdf answered ${answer.status}`);
    millis.push(performance.now() - before);
  }
  const floors = millis.map(() => {
    const before = performance.now();
    emptyTemplate();
    return performance.now() - before;
  });
  const [first = 0, ...others] = millis;
  return {
    name: 'a document that nobody had come to, as PDF',
    p50: quantile(others, 0.5),
    p99: quantile(others, 0.99),
    floor: quantile(floors, 0.5),
    floorIs: `pdfkit on an empty template; the first took ${Math.round(first)} ms with its fonts`,
    samples: others.length,
  };
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
async function rendered({ call }: FilesWorld, service: Service, documents: number): Promise<Measured> {
  const work = new WorkByTenth(documents, tellOf('rendered'));
  const seconds = await secondsOf(async () => {
    await service.run();
    const { items } = await call<{ items: { id: string }[] }>(service, 'GET', '/billing/runs');
    for (;;) {
      const { files } = await call<{ files: FileProgress[] }>(
        service,
        'GET',
        `/billing/runs/${items[0]!.id}`,
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
  { call, fetch }: FilesWorld,
  service: Service,
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
    told = await call<Told>(service, 'POST', '/exports', { month: MONTH, format });
    while (told.state === 'running') {
      await pause(EXPORT_LOOK_MILLIS);
      told = await call<Told>(service, 'GET', `/exports/${told.id}`);
      if (told.progress) work.done(told.progress.documents);
    }
  });
  const note = work.stop();
  if (told.state !== 'finished') throw new Error(`${format} ended ${told.state}`);
  let bytes = 0;
  for await (const part of (await fetch(service, `/exports/${told.id}/file`)).body!)
    bytes += (part as Uint8Array).length;
  if (bytes !== told.bytes) throw new Error(`${format} has ${bytes} bytes, and told ${told.bytes}`);
  return { seconds, note: `${(bytes / 1e6).toFixed(1)} MB; ${note}` };
}

/** Takes all files of the documents along as one. */
async function takenAlong({ fetch }: FilesWorld, service: Service, documents: number): Promise<Measured> {
  const work = new WorkByTenth(documents, tellOf('in one zip'));
  let bytes = 0;
  const seconds = await secondsOf(async () => {
    for await (const part of (await fetch(service, '/invoices.zip')).body!)
      bytes += (part as Uint8Array).length;
  });
  return { seconds, note: `${Math.round(bytes / 1e6)} MB; ${work.stop()}` };
}

/** The bare costs: each document's JSON into a file of its own; an empty page for each. */
async function bareSeconds(
  { folder, call }: FilesWorld,
  service: Service,
  documents: number,
): Promise<{ readonly json: number; readonly pages: number }> {
  let json = 0;
  let cursor: string | undefined;
  do {
    const page = await call<{ items: { number: string }[]; nextCursor: string | null }>(
      service,
      'GET',
      `/invoices?limit=100${cursor === undefined ? '' : `&cursor=${cursor}`}`,
    );
    const whole = await Promise.all(
      page.items.map(async ({ number }) => ({
        number,
        document: await call<object>(service, 'GET', `/invoices/${number}`),
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
