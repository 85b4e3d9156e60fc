import { readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));
delete swc.$schema;
// Tests run the sources themselves, so an import of './x.ts' must stay one.
swc.jsc.rewriteRelativeImportExtensions = false;

/** One Jest set-up for the whole workspace: ESM, sources (not dist), SWC for the decorators' metadata. */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['smartkey-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, swcrc: false }] },
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/out/', '<rootDir>/data/'],
  // A worker that has grown by the modules of many suites is followed by a fresh one.
  workerIdleMemoryLimit: '1GB',
  // Not a measure of speed: integration tests open a database, and on a busy machine that takes its time.
  testTimeout: 120_000,
  testMatch: ['<rootDir>/{apps,libs,tests}/**/*.spec.ts'],
};
