// Tells Nx what a package's place in the tree means: its scope, its type and its targets.
// apps/<name> is an app, a program that is shipped or a tool; libs/language, libs/platform and libs/workbench are wings whose
// rooms are all of one type; libs/<context>/<room> is that room of that context.
import { dirname } from 'node:path';

/** The wings: what every room in them is. */
const WINGS = ['language', 'platform', 'workbench'];
/** Programs that run on a developer's machine and are never shipped. */
const TOOLS = ['bench', 'cluster', 'demo', 'e2e'];

function tagsOf(folder) {
  const [top, scope, room] = folder.split('/');
  if (top === 'apps') return [TOOLS.includes(scope) ? 'type:tool' : 'type:app', `scope:${scope}`];
  if (['libs/facts', 'libs/messages', 'libs/terms'].includes(folder))
    return [`type:${scope}`, 'scope:shared'];
  if (WINGS.includes(scope)) return [`type:${scope}`, 'scope:shared'];
  return [`type:${room}`, `scope:${scope}`];
}

const target = (command, folder, extra = {}) => ({
  executor: 'nx:run-commands',
  options: { command: `${command} ${folder}`, cwd: '{workspaceRoot}' },
  cache: true,
  inputs: ['sources', 'workspace', '^sources'],
  ...extra,
});

/** @public What Nx asks a plug-in for. */
export const createNodesV2 = [
  '{apps/*,libs/facts,libs/messages,libs/terms,libs/*/*}/package.json',
  (files) =>
    files
      .filter((file) => !file.includes('node_modules'))
      .map((file) => {
        const root = dirname(file);
        return [
          file,
          {
            projects: {
              [root]: {
                root,
                sourceRoot: `${root}/src`,
                projectType: root.startsWith('apps/') ? 'application' : 'library',
                tags: tagsOf(root),
                targets: {
                  test: target('node scripts/test.mjs --passWithNoTests', root),
                  lint: target('node scripts/lint.mjs', root),
                },
              },
            },
          },
        ];
      }),
];
