// Tells Nx what a package's place in the tree means: its scope, its type and its targets.
// apps/<name> is an app; libs/platform/<name> is platform; libs/<context>/<room> is that room of that context.
import { dirname } from 'node:path';

function tagsOf(folder) {
  const [top, scope, room] = folder.split('/');
  if (top === 'apps') return ['type:app', `scope:${scope}`];
  if (folder === 'libs/messages') return ['type:messages', 'scope:shared'];
  if (scope === 'platform')
    return ['kernel', 'calendar', 'money'].includes(room)
      ? ['type:vocabulary', 'scope:shared']
      : ['type:platform', 'scope:shared'];
  return [`type:${room}`, `scope:${scope}`];
}

const target = (command, folder, extra = {}) => ({
  executor: 'nx:run-commands',
  options: { command: `${command} ${folder}`, cwd: '{workspaceRoot}' },
  cache: true,
  inputs: ['sources', 'workspace', '^sources'],
  ...extra,
});

export const createNodesV2 = [
  '{apps/*,libs/messages,libs/*/*}/package.json',
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
