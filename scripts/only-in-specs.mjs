// Refuses what shipped code declares and only specs use: exported names, methods, and options that nobody gives (`npm run unused`;
// Knip counts a spec as a user, and looks into no class). Told by names alone, without types: what shipped code names anywhere counts
// as used, so that what is refused is refused rightly.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { root } from './packages.mjs';

/** What specs compare with, or count by. */
const FOR_SPECS = ['histogramOf', 'statusAt', 'toldCodes', 'toldRules'];
/** What a library calls. */
const FOREIGN = ['canActivate', 'onModuleDestroy', 'timestamp', 'transform'];

/** Interfaces of what a caller may leave out; others tell what comes from outside. */
const OPTIONS = /(Options|Parts|Props)$/;

const NO_SPEC =
  /^(?!.*(\.(spec|contract|fixture|samples)\.|\/testing\/|^apps\/(bench|e2e)\/|^libs\/workbench\/|^tests\/))/;

const GIVES = [
  ts.isPropertyAssignment,
  ts.isShorthandPropertyAssignment,
  ts.isJsxAttribute,
  ts.isPropertyDeclaration,
  ts.isParameter,
  ts.isMethodDeclaration,
];

const isName = (node) => node !== undefined && (ts.isIdentifier(node) || ts.isPrivateIdentifier(node));
const hasModifier = (node, modifier) => (ts.getCombinedModifierFlags(node) & modifier) !== 0;
const isDecorated = (node) => ts.canHaveDecorators(node) && (ts.getDecorators(node)?.length ?? 0) > 0;

/** What is wanted of a declaration's name: that somebody uses it, or, of an option, that somebody gives it. */
function kindOf(node) {
  if (isDecorated(node)) return undefined;
  if (ts.isMethodSignature(node)) return 'method';
  if (ts.isMethodDeclaration(node) || ts.isGetAccessor(node))
    return ts.isClassDeclaration(node.parent) && !hasModifier(node, ts.ModifierFlags.Override)
      ? 'method'
      : undefined;
  if (ts.isPropertySignature(node))
    return node.questionToken !== undefined && OPTIONS.test(node.parent.name?.text) ? 'option' : undefined;
  const named =
    ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isVariableDeclaration(node);
  return named && hasModifier(node, ts.ModifierFlags.Export) ? 'export' : undefined;
}

/** Takes up what a node declares, and hands each name in it that uses or gives something to `use` and `give`. */
function look(node, { declare, use, give }) {
  if (ts.isStringLiteral(node)) {
    use(node.text);
    give(node.text);
  }
  // A name that is passed on under another one is used under that.
  if (ts.isImportSpecifier(node) || ts.isExportSpecifier(node)) {
    if (node.propertyName !== undefined) use(node.propertyName.text);
    return;
  }
  if (isName(node)) {
    const { parent } = node;
    const isDeclaration = parent.name === node && !ts.isPropertyAccessExpression(parent);
    if (!isDeclaration || ts.isShorthandPropertyAssignment(parent) || ts.isBindingElement(parent))
      use(node.text);
    if (GIVES.some((is) => is(parent)) && parent.name === node) give(node.text);
  }
  const kind = isName(node.name) ? kindOf(node) : undefined;
  if (kind !== undefined) declare(node.name, kind);
  ts.forEachChild(node, (child) => look(child, { declare, use, give }));
}

/** What of these files only specs use, or nobody gives, each in a line with its place. */
export function onlyInSpecs(files) {
  const used = new Set([...FOR_SPECS, ...FOREIGN]);
  const given = new Set(['children']);
  const declared = [];
  for (const { path, text } of files) {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const isShipped = NO_SPEC.test(path);
    const isOurs = isShipped && !path.startsWith('scripts/');
    look(file, {
      declare: (name, kind) =>
        isOurs &&
        declared.push({
          kind,
          name: name.text,
          path,
          at: file.getLineAndCharacterOfPosition(name.pos).line + 1,
        }),
      use: (name) => isShipped && used.add(name),
      give: (name) => given.add(name),
    });
  }
  return declared
    .filter(({ kind, name }) => !(kind === 'option' ? given : used).has(name))
    .map(
      ({ kind, name, path, at }) =>
        `${path}:${at} ${name}: ${kind === 'option' ? 'nobody gives it' : 'only specs use it'}`,
    );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sources = ['apps/*.ts', 'apps/*.tsx', 'libs/*.ts', 'libs/*.tsx', 'scripts/*.mjs', 'tests/*.ts'];
  const paths = execFileSync('git', ['ls-files', ...sources], { cwd: root, encoding: 'utf8' });
  const found = onlyInSpecs(
    paths
      .trim()
      .split('\n')
      .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') })),
  );
  for (const each of found) console.error(each);
  process.exit(found.length === 0 ? 0 : 1);
}
