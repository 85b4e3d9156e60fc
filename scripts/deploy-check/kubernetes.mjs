import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../packages.mjs';
import { checkLinks } from './kubernetes-links.mjs';
import { checkAutoscaling } from './kubernetes-scaling.mjs';
import { documentsOf } from './yaml-files.mjs';

const OVERLAYS = 'deploy/kubernetes/overlays';

/** The package with schema and type of a kind. */
const moduleOf = ({ apiVersion }) =>
  apiVersion.startsWith('keda.sh/')
    ? `@kubernetes-models/keda/${apiVersion}`
    : `kubernetes-models/${apiVersion}`;

export async function checkKubernetes(report) {
  for (const overlay of readdirSync(join(root, OVERLAYS))) {
    const rendered = render(`${OVERLAYS}/${overlay}`);
    if (rendered === undefined)
      return report.left(
        'kubernetes',
        'nothing of the manifests was checked but their YAML: kubectl is not installed',
      );
    if (rendered.status !== 0) {
      report.fault('kubernetes', `${overlay} does not render: ${rendered.stderr}`);
      continue;
    }
    const manifests = documentsOf(rendered.stdout);
    const fault = (what) => report.fault('kubernetes', `${overlay}: ${what}`);
    await checkSchemas(manifests, fault);
    checkTypes(overlay, manifests, fault);
    await checkLinks(manifests, fault);
    await checkAutoscaling(manifests, fault);
    report.ran(
      'kubernetes',
      `${overlay}: rendered by kubectl kustomize; ${manifests.length} manifests against Kubernetes' schemas and types, ` +
        'and against one another (selectors, ports, settings, secrets, network, replicas)',
    );
  }
  report.left(
    'kubernetes',
    'nothing was applied: no cluster here (kubectl apply --dry-run=server says more)',
  );
}

function render(folder) {
  const { status, stdout, stderr, error } = spawnSync('kubectl', ['kustomize', folder], {
    cwd: root,
    encoding: 'utf8',
  });
  if (error?.code === 'ENOENT') return undefined;
  return { status, stdout, stderr: `${stderr}${error ?? ''}` };
}

const nameOf = ({ kind, metadata }) => `${kind} ${metadata.name}`;

/** Values: required fields, enumerations, patterns. */
async function checkSchemas(manifests, fault) {
  for (const manifest of manifests) {
    const { [manifest.kind]: Model } = await import(moduleOf(manifest));
    try {
      new Model(manifest).validate();
    } catch (error) {
      fault(`${nameOf(manifest)}: ${error.message}`);
    }
  }
}

/** Fields that no such kind has, which schemas let pass and a cluster drops: found by the compiler. */
function checkTypes(overlay, manifests, fault) {
  const folder = join(root, '.cache/deploy-check');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${overlay}.ts`);
  const lines = manifests.map(
    (manifest, index) =>
      `import type { I${manifest.kind} as Kind${index} } from '${moduleOf(manifest)}';\n` +
      `export const manifest${index}: Kind${index} = ${JSON.stringify(manifest)};`,
  );
  writeFileSync(file, `${lines.join('\n')}\n`);
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  });
  for (const { messageText, start } of ts.getPreEmitDiagnostics(program)) {
    const line =
      start === undefined ? 0 : program.getSourceFile(file).getLineAndCharacterOfPosition(start).line;
    const manifest = manifests[Math.floor(line / 2)];
    fault(`${nameOf(manifest)}: ${ts.flattenDiagnosticMessageText(messageText, '; ')}`);
  }
}
