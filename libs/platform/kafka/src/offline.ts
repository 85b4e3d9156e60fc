// What needs no client of a broker, and loads none.
export * from './kafka-variables.ts';
export { publishedBytes } from './published-bytes.ts';
