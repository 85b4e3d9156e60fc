// What needs no client of a broker, and loads none.
export * from './settings/kafka-variables.ts';
export { publishedBytes } from './records/published-bytes.ts';
