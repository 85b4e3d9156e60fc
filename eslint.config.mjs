import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { builtinModules } from 'node:module';
import tseslint from 'typescript-eslint';
import { toldFailures } from './scripts/told-failures.mjs';

const CONTEXTS = ['contract', 'device-registry', 'authentication', 'billing'];

/** Technology a pure room must not know: frameworks, drivers, network. */
const TECHNOLOGY = [
  '@nestjs/*',
  'kafkajs',
  'pg',
  '@electric-sql/*',
  '@eventstore/*',
  'fastify',
  '@fastify/*',
  'undici',
  'pino',
  '@opentelemetry/*',
];

const boundaries = [
  // What may see what, by kind of room.
  {
    sourceTag: 'type:language',
    onlyDependOnLibsWithTags: ['type:language'],
    bannedExternalImports: TECHNOLOGY,
  },
  {
    sourceTag: 'type:domain',
    onlyDependOnLibsWithTags: ['type:language', 'type:terms', 'type:domain'],
    bannedExternalImports: TECHNOLOGY,
  },
  {
    sourceTag: 'type:terms',
    onlyDependOnLibsWithTags: ['type:language'],
    bannedExternalImports: TECHNOLOGY,
  },
  {
    sourceTag: 'type:messages',
    onlyDependOnLibsWithTags: ['type:language', 'type:terms'],
    bannedExternalImports: TECHNOLOGY,
  },
  {
    sourceTag: 'type:facts',
    onlyDependOnLibsWithTags: ['type:language', 'type:terms', 'type:messages'],
    bannedExternalImports: TECHNOLOGY,
  },
  {
    // How documents look as files: pure of services, but not of the libraries that write them.
    sourceTag: 'type:renditions',
    onlyDependOnLibsWithTags: ['type:language', 'type:terms', 'type:domain'],
  },
  {
    sourceTag: 'type:platform',
    onlyDependOnLibsWithTags: ['type:language', 'type:messages', 'type:platform'],
  },
  {
    sourceTag: 'type:service',
    onlyDependOnLibsWithTags: [
      'type:language',
      'type:terms',
      'type:messages',
      'type:facts',
      'type:platform',
      'type:domain',
      'type:renditions',
    ],
  },
  {
    sourceTag: 'type:workbench',
    onlyDependOnLibsWithTags: ['type:language', 'type:messages', 'type:platform', 'type:workbench'],
  },
  {
    // What is shipped never imports the workbench.
    sourceTag: 'type:app',
    onlyDependOnLibsWithTags: [
      'type:language',
      'type:terms',
      'type:messages',
      'type:facts',
      'type:platform',
      'type:service',
      'type:domain',
    ],
  },
  {
    sourceTag: 'type:tool',
    onlyDependOnLibsWithTags: [
      'type:language',
      'type:terms',
      'type:messages',
      'type:facts',
      'type:platform',
      'type:service',
      'type:domain',
      'type:renditions',
      'type:workbench',
    ],
  },
  // A context sees another only through the messages.
  ...CONTEXTS.map((context) => ({
    sourceTag: `scope:${context}`,
    onlyDependOnLibsWithTags: [`scope:${context}`, 'scope:shared'],
  })),
  { sourceTag: 'scope:shared', onlyDependOnLibsWithTags: ['scope:shared'] },
  { sourceTag: 'scope:gateway', onlyDependOnLibsWithTags: ['scope:gateway', 'scope:people', 'scope:shared'] },
  { sourceTag: 'scope:people', onlyDependOnLibsWithTags: ['scope:people', 'scope:shared'] },
  { sourceTag: 'scope:portal', onlyDependOnLibsWithTags: ['scope:portal', 'scope:shared'] },
];

const bounded = {
  enforceBuildableLibDependency: false,
  // A lazy import spares a start the driver that it does not need; it is no boundary.
  checkDynamicDependenciesExceptions: ['.*'],
  depConstraints: boundaries,
};

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '.cache/**',
      '.nx/**',
      'out/**',
      'data/**',
      'coverage/**',
      'libs/portal/service/src/api/surface.d.ts',
    ],
  },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          ...bounded,
          allow: [],
        },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      // What a `try` returns unawaited fails outside of it.
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        {
          object: 'AbortSignal',
          property: 'any',
          message: 'It can lose an end (nodejs/node issue 65995): underAny of @smartkey/lifecycle.',
        },
      ],
    },
  },
  {
    // Tests may put a failure aside that they have made.
    files: ['**/*.ts', '**/*.tsx', '**/*.mjs'],
    ignores: ['**/*.spec.ts', '**/*.fixture.ts', '**/*.contract.ts'],
    plugins: { smartkey: { rules: { 'told-failures': toldFailures } } },
    rules: { 'smartkey/told-failures': 'error' },
  },
  {
    // Specs, their fixtures and the suites that adapters share stand on the workbench.
    files: ['**/*.spec.ts', '**/*.fixture.ts', '**/*.contract.ts'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          ...bounded,
          allow: [
            '@smartkey/api-client',
            '@smartkey/projection-spec',
            '@smartkey/servers',
            '@smartkey/testing',
            '@smartkey/testing/end-to-end',
            '@smartkey/testing/eventstoredb',
            '@smartkey/testing/services',
          ],
        },
      ],
    },
  },
  {
    // A busy machine must not fail a test: what must not hang is proved by its end, by a fake clock, or by what is counted.
    files: ['**/*.spec.ts', '**/*.fixture.ts', '**/*.contract.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...[
          "CallExpression[callee.object.name='performance'][callee.property.name='now']",
          "MemberExpression[object.name='process'][property.name='hrtime']",
          "ImportSpecifier[imported.name='monitorEventLoopDelay']",
          "CallExpression[callee.property.name=/^toBe(Less|Greater)Than/] BinaryExpression CallExpression[callee.object.name='Date']",
        ].map((selector) => ({ selector, message: 'A test measures no time.' })),
        ...[
          'callee.name=/^(it|test|(before|after)(All|Each))$/',
          "callee.property.name='concurrent'",
          "callee.callee.property.name='each'",
          "callee.property.name='setTimeout'][callee.object.name='jest'",
        ].map((call) => ({
          selector: `CallExpression[${call}] > Literal.arguments[value<120001]`,
          message:
            'A limit of a test is no measure: one of its own is longer than the two minutes that all have.',
        })),
        // A wait that a test has left behind goes on in its worker, beside the suites that follow there.
        ...[
          ':matches(WhileStatement, DoWhileStatement) > AwaitExpression.test',
          ':matches(WhileStatement, DoWhileStatement) > .test AwaitExpression',
          ...[
            'CallExpression[callee.name=/^(pause|sleep)$/]',
            "NewExpression[callee.name='Promise']:has([callee.name='setTimeout'])",
          ].flatMap((rest) => [
            `WhileStatement > ExpressionStatement.body > AwaitExpression > ${rest}`,
            `ForStatement[init=null][test=null] AwaitExpression > ${rest}`,
          ]),
        ].map((selector) => ({
          selector,
          message: 'A wait has an end, and says what it waited for: until, untilSeen (@smartkey/testing).',
        })),
      ],
    },
  },
  {
    // Pure rooms: time, chance and money come in from outside, and money is never a float.
    files: [
      'libs/*/domain/src/**/*.ts',
      'libs/facts/src/**/*.ts',
      'libs/messages/src/**/*.ts',
      'libs/terms/src/**/*.ts',
      'libs/language/*/src/**/*.ts',
    ],
    ignores: ['**/*.spec.ts'],
    rules: {
      // Node's own modules are no nodes of Nx's graph, so the constraints above do not see them.
      'no-restricted-imports': ['error', { paths: builtinModules, patterns: ['node:*'] }],
      'no-restricted-globals': [
        'error',
        'fetch',
        'process',
        'setTimeout',
        'setInterval',
        'setImmediate',
        { name: 'performance', message: 'A pure room reads no clock: time comes in the command.' },
        { name: 'crypto', message: 'A pure room draws no lots: chance comes in the command.' },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'A pure room reads no clock: time comes in the command.',
        },
        {
          selector: "NewExpression[callee.name='Date'][arguments.length=0]",
          message: 'A pure room reads no clock: time comes in the command.',
        },
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'A pure room draws no lots: chance comes in the command.',
        },
        { selector: "CallExpression[callee.name='parseFloat']", message: 'Money is decimal, never a float.' },
      ],
    },
  },
  // What all speak stands on nothing, but for exact decimals and the calendar of the world.
  ...Object.entries({ kernel: [], money: ['big.js'], calendar: ['luxon'] }).map(([room, packages]) => ({
    files: [`libs/language/${room}/src/**/*.ts`],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(?!\\./|@smartkey/${packages.map((name) => `|${name}$`).join('')})`,
              message: `${room} imports ${['what is ours', ...packages].join(' and ')}, nothing else.`,
            },
          ],
        },
      ],
    },
  })),
  {
    files: ['libs/**/*.ts', 'apps/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/*.fixture.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@nestjs/swagger',
              allowTypeImports: true,
              message:
                'Its decorators come from @smartkey/http, which loads 500 files only for who describes.',
            },
          ],
        },
      ],
    },
  },
  prettier,
);
