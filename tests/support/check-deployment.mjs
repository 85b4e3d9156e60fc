// Asks the checks of the deployment about {manifests, expressions} on stdin; what they find wrong on stdout, as {manifests, expressions}.
// A process of its own, for the checks are plain modules over what was built.
import { text } from 'node:stream/consumers';
import { checkLinks } from '../../scripts/deploy-check/kubernetes-links.mjs';
import { checkAutoscaling } from '../../scripts/deploy-check/kubernetes-scaling.mjs';
import { metricsIn } from '../../scripts/deploy-check/programs.mjs';
import { checkExpression } from '../../scripts/deploy-check/promql.mjs';

const { manifests, expressions, exposition } = JSON.parse(await text(process.stdin));
const found = { manifests: [], expressions: [] };
for (const each of manifests) {
  const faults = [];
  await checkLinks(each, (what) => faults.push(what));
  await checkAutoscaling(each, (what) => faults.push(what));
  found.manifests.push(faults);
}
for (const each of expressions) {
  const faults = [];
  checkExpression(each, { metrics: metricsIn(exposition), recorded: new Set(['smartkey:lag:max']) }, (what) =>
    faults.push(what),
  );
  found.expressions.push(faults);
}
process.stdout.write(JSON.stringify(found));
