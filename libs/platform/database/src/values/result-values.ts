import { arrayElements } from './array-text.ts';

type Reader = (text: string) => unknown;

/** `2018-01-31 15:00:00.123456+00` (ISO style, time zone UTC) to the canonical `2018-01-31T15:00:00.123Z`. */
const instant: Reader = (text) =>
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00$/.test(text)
    ? `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).slice(0, 3).padEnd(3, '0')}Z`
    : text;

const bytes: Reader = (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex'));
const asText: Reader = (text) => text;
const json: Reader = (text) => JSON.parse(text) as unknown;
const arrayOf =
  (element: Reader): Reader =>
  (text) =>
    arrayElements(text).map((part) => (part === null ? null : element(part)));

/** Type OIDs of PostgreSQL (pg_type.dat) with their array's, and how their text is read; all others stay text. */
const READERS = new Map<number, Reader>(
  (
    [
      [16, 1000, (text) => text === 't'], // bool
      [17, 1001, bytes], // bytea
      [20, 1016, BigInt], // int8
      [21, 1005, Number], // int2
      [23, 1007, Number], // int4
      [26, 1028, Number], // oid
      [700, 1021, Number], // float4
      [701, 1022, Number], // float8
      [114, 199, json], // json
      [3802, 3807, json], // jsonb
      [1184, 1185, instant], // timestamptz
      [1082, 1182, asText], // date
      [1700, 1231, asText], // numeric
      [25, 1009, asText], // text
      [1043, 1015, asText], // varchar
      [19, 1003, asText], // name
      [2950, 2951, asText], // uuid
    ] satisfies [number, number, Reader][]
  ).flatMap(([oid, arrayOid, reader]) => [
    [oid, reader],
    [arrayOid, arrayOf(reader)],
  ]),
);

/** How the text of a column of this type becomes a value; the same on every adapter. */
export const readerOfType = (typeOid: number): Reader => READERS.get(typeOid) ?? asText;
