import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the demo left, by path, in a form in which two runs must be equal: JSON values, and CSV as sorted rows. */
export type ComparableDocuments = Readonly<Record<string, unknown>>;

interface Invoice {
  readonly number: string;
  readonly month: string;
  readonly kind: string;
  readonly recipient: { readonly name: string };
}

/** Ids that a system draws, numbers of its series, and hashes over them. */
const DRAWN = /\b(?:[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}|SK-\d{9}|[0-9a-f]{64})\b/g;

/**
 * Reads the documents of a demo run. What a system draws by itself (ids, invoice numbers in the order of ids, hashes) is replaced
 * by the place of its first appearance, over all documents together: who refers to another thing than in the other run
 * stands out. Positions and heads of logs become the names of the services whose logs they are of. All else stays, dates and instants too.
 */
export async function comparableDocuments(folder: string): Promise<ComparableDocuments> {
  const names = new Names();
  const documents: Record<string, unknown> = {};
  const invoices = (await jsonIn<Invoice>(join(folder, 'invoices'))).sort((a, b) =>
    orderOf(a.content) < orderOf(b.content) ? -1 : 1,
  );
  for (const { content } of invoices)
    documents[`invoice of ${orderOf(content)}`] = names.in(withoutPositions(content));
  for (const { content } of invoices) {
    const csv = await readFile(join(folder, 'invoices', `${content.number}.csv`), 'utf8');
    documents[`CSV of the invoice of ${orderOf(content)}`] = names.in(rowsOf(csv));
  }
  for (const kind of ['usage', 'exports', 'input'])
    for (const file of (await readdir(join(folder, kind))).sort()) {
      const text = await readFile(join(folder, kind, file), 'utf8');
      documents[`${kind}/${file}`] = file.endsWith('.json')
        ? names.in(JSON.parse(text) as unknown)
        : names.in(rowsOf(text)).sort();
    }
  return documents;
}

const orderOf = ({ month, kind, recipient }: Invoice): string => `${month} ${kind} ${recipient.name}`;

async function jsonIn<T>(folder: string): Promise<{ readonly content: T }[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
  return Promise.all(
    files.map(async (file) => ({ content: JSON.parse(await readFile(join(folder, file), 'utf8')) as T })),
  );
}

const rowsOf = (csv: string): string[] =>
  csv
    .split(/\r?\n/)
    .filter((row) => row !== '')
    .map(withoutPlace);

/** After an invoice's number stands its place in the series, which is one less. */
const withoutPlace = (row: string): string =>
  row.replace(/\bSK-(\d{9}),(\d+),/, (cell, number: string, place: string) =>
    Number(place) === Number(number) - 1 ? `SK-${number},<its place>,` : cell,
  );

interface Read {
  readonly positions?: object;
  readonly heads?: readonly { readonly origin: string }[];
}

/**
 * `{"contract/0": "17", "contract/3": "4"}` says where a reader stood; how many partitions there are is each system's own. So is its name
 * in the origins of its logs, and how far they went just then.
 */
function withoutPositions(invoice: object): object {
  const { inputs } = invoice as { readonly inputs?: Read };
  if (inputs?.positions === undefined) return invoice;
  const sources = Object.keys(inputs.positions).map((key) => key.split('/', 1)[0]!);
  const heads = inputs.heads?.map(({ origin }) => origin.split('/')[1]);
  return { ...invoice, inputs: { ...inputs, positions: [...new Set(sources)].sort(), heads } };
}

/** What was drawn, by the order in which it was met. */
class Names {
  readonly #known = new Map<string, string>();

  in<T>(value: T): T {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const named = text.replace(DRAWN, (drawn) => this.#nameOf(drawn));
    return (typeof value === 'string' ? named : JSON.parse(named)) as T;
  }

  #nameOf(drawn: string): string {
    let name = this.#known.get(drawn);
    if (name === undefined) this.#known.set(drawn, (name = `<${this.#known.size + 1}>`));
    return name;
  }
}
