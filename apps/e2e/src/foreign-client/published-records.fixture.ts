import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import type { KcatRecord } from './kcat.fixture.ts';

const SCHEMAS = join(import.meta.dirname, '../../../../libs/messages/schemas');
const ATTRIBUTE = /^ce_[a-z0-9]+$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const OTHER_HEADERS = new Set(['content-type', 'traceparent', 'tracestate']);

/** What is wrong with the records of one topic, a sentence each; none where all is as it is described. */
export class PublishedRecords {
  readonly #ajv = new Ajv({ strict: true, allErrors: true });
  readonly #schemas = new Map<string, ValidateFunction>();
  /** Types that were met, `Watermark` among them. */
  readonly types = new Set<string>();

  constructor(private readonly service: string) {}

  faultsOf(records: readonly KcatRecord[]): string[] {
    return [...records.flatMap((record) => this.#faultsOf(record)), ...brokenChains(records)];
  }

  #faultsOf(record: KcatRecord): string[] {
    const faults: string[] = [];
    const { headers, key, payload } = record;
    const must = (holds: boolean, what: string): void => {
      if (!holds) faults.push(`${record.topic}/${record.partition}@${record.offset}: ${what}`);
    };
    // CloudEvents 1.0, Kafka protocol binding, binary content mode.
    must(headers['ce_specversion'] === '1.0', 'specversion is 1.0');
    must((headers['ce_id'] ?? '') !== '', 'an event has an id');
    must(headers['ce_source'] === `/smartkey/${this.service}`, 'the source is the service');
    must(INSTANT.test(headers['ce_time'] ?? ''), 'time is an RFC 3339 instant');
    must(/^application\/json\b/.test(headers['content-type'] ?? ''), 'content-type says what the value is');
    for (const name of Object.keys(headers))
      must(ATTRIBUTE.test(name) || OTHER_HEADERS.has(name), `${name} is no attribute`);
    must(key === headers['ce_subject'], 'the key is the stream');
    const type = /^smartkey\.([a-z-]+)\.([A-Za-z]+)\.v(\d+)$/.exec(headers['ce_type'] ?? '');
    must(type?.[1] === this.service, 'the type names service, event and version');
    if (type === null) return faults;
    const [, , name, version] = type as unknown as [string, string, string, string];
    this.types.add(name);
    const value: unknown = JSON.parse(payload ?? 'null');
    if (name === 'Watermark')
      must(
        JSON.stringify(value) === JSON.stringify({ instant: headers['ce_time'] }) && key === 'watermark',
        'a watermark promises its time',
      );
    else {
      if (name !== 'LogRestored')
        must(/^\d+$/.test(headers['ce_revision'] ?? ''), 'an event has its revision');
      const validate = this.#schemaOf(name === 'LogRestored' ? 'every-topic' : this.service, name, version);
      must(
        validate(value),
        `${name} v${version} is not as described: ${this.#ajv.errorsText(validate.errors)}`,
      );
    }
    return faults;
  }

  #schemaOf(folder: string, name: string, version: string): ValidateFunction {
    const file = join(SCHEMAS, folder, `${name}.v${version}.json`);
    let validate = this.#schemas.get(file);
    if (validate === undefined) {
      validate = this.#ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
      this.#schemas.set(file, validate);
    }
    return validate;
  }
}

/** Each record names its predecessor on its partition; what comes again, with the position that it had, is no break. */
function brokenChains(records: readonly KcatRecord[]): string[] {
  const faults: string[] = [];
  const ends = new Map<number, bigint>();
  for (const { topic, partition, offset, headers } of records) {
    const end = ends.get(partition) ?? 0n;
    const position = BigInt(headers['ce_position'] ?? '-1');
    const place = `${topic}/${partition}@${offset}`;
    if (/\.(Watermark|LogRestored)\.v1$/.test(headers['ce_type'] ?? '')) {
      // It counts for who has read that far: nothing may lie before it that is not before it here.
      if (position > end)
        faults.push(`${place}: a watermark of ${position}, but the partition ends at ${end}`);
    } else if (position > end) {
      if (BigInt(headers['ce_previous'] ?? '-1') !== end)
        faults.push(`${place}: previous is ${headers['ce_previous']}, not ${end}`);
      ends.set(partition, position);
    }
  }
  return faults;
}
