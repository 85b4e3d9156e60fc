import { swcOptions } from './scripts/swc-options.mjs';

/** Tests run the sources themselves, so an import of './x.ts' must stay one. */
function swcFor(file) {
  const options = swcOptions(file);
  return { ...options, jsc: { ...options.jsc, rewriteRelativeImportExtensions: false } };
}

/** One Jest set-up for the whole workspace: ESM, sources (not dist), SWC for the decorators' metadata. */
export default {
  testEnvironment: './scripts/test-environment.mjs',
  testSequencer: './scripts/test-order.mjs',
  testEnvironmentOptions: { customExportConditions: ['smartkey-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', swcFor('x.ts')],
    '^.+\\.tsx$': ['@swc/jest', swcFor('x.tsx')],
  },
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/out/', '<rootDir>/data/'],
  // Modules of former suites stay in a worker, and V8 looks through them all each time that a database is opened: a fresh worker costs less.
  workerIdleMemoryLimit: '300MB',
  // Not a measure of speed: integration tests open a database, and on a busy machine that takes its time.
  testTimeout: 120_000,
  testMatch: ['<rootDir>/{apps,libs,tests}/**/*.spec.{ts,tsx}'],
};
