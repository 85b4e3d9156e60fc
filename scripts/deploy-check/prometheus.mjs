import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../packages.mjs';
import { knownMetrics } from './programs.mjs';
import { checkExpression } from './promql.mjs';
import { documentsOf, filesBelow, textOf } from './yaml-files.mjs';

const RULES = 'deploy/prometheus/rules';
const TESTS = 'deploy/prometheus/tests';

const rulesIn = (file) => documentsOf(textOf(file))[0].groups.flatMap(({ rules }) => rules);
/** Names of what rules record. */
const recordedSeries = () =>
  new Set(
    filesBelow(RULES, '.yml')
      .flatMap(rulesIn)
      .flatMap(({ record }) => record ?? []),
  );

let asked;
/** The programs are started once for all that want to know. */
export const sources = async () => ({
  metrics: await (asked ??= knownMetrics()),
  recorded: recordedSeries(),
});

export async function checkPrometheus(report) {
  const known = await sources();
  const rules = filesBelow(RULES, '.yml').flatMap(rulesIn);
  for (const { record, alert, expr } of rules)
    checkExpression(expr, known, (what) => report.fault('prometheus', `${record ?? alert} ${what}`));
  const alerts = rules.filter(({ alert }) => alert !== undefined);
  for (const alert of alerts)
    checkAlert(alert, (what) => report.fault('prometheus', `${alert.alert} ${what}`));
  report.ran(
    'prometheus',
    `${rules.length} rules parsed as PromQL; every series is shown by a program or recorded (${known.metrics.size} series known)`,
  );
  report.ran(
    'prometheus',
    `${alerts.length} alerts: summary, description, runbook section, a test that fires`,
  );
  runPromtool(report);
}

function checkAlert({ alert, annotations = {}, labels = {} }, say) {
  if (!['warning', 'critical'].includes(labels.severity)) say('has no severity');
  for (const name of ['summary', 'description', 'runbook']) if (!annotations[name]) say(`has no ${name}`);
  const [file, section] = String(annotations.runbook).split('#');
  const headings = existsSync(join(root, file)) ? textOf(file).match(/^#+ .+$/gm) : [];
  if (!headings.some((heading) => heading.replace(/^#+ /, '').toLowerCase() === section))
    say(`names the runbook ${annotations.runbook}, which is not there`);
  const fires = filesBelow(TESTS, '.yml')
    .flatMap((test) => documentsOf(textOf(test))[0].tests)
    .flatMap((test) => test.alert_rule_test)
    .some(({ alertname, exp_alerts: expected }) => alertname === alert && expected.length > 0);
  if (!fires) say('has no test in which it fires');
}

function runPromtool(report) {
  const rules = filesBelow(RULES, '.yml');
  if (!report.tool('prometheus', 'promtool', ['check', 'rules', ...rules], { cwd: root }))
    return report.left(
      'prometheus',
      'promtool: not installed (Debian: apt-get install prometheus); rule tests did not run',
    );
  report.tool('prometheus', 'promtool', ['check', 'config', 'deploy/prometheus/prometheus.compose.yml'], {
    cwd: root,
  });
  report.left(
    'prometheus',
    'promtool check config of prometheus.kubernetes.yml: some builds know no cluster',
  );
  const tests = filesBelow(TESTS, '.yml').map((test) => test.slice(TESTS.length + 1));
  report.tool('prometheus', 'promtool', ['test', 'rules', ...tests], { cwd: join(root, TESTS) });
}
