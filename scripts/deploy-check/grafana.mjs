import { checkExpression } from './promql.mjs';
import { sources } from './prometheus.mjs';
import { documentsOf, filesBelow, textOf } from './yaml-files.mjs';

const FOLDER = 'deploy/grafana';

export async function checkGrafana(report) {
  const known = await sources();
  const sourceIds = new Set(
    filesBelow(`${FOLDER}/provisioning/datasources`, '.yml')
      .flatMap((file) => documentsOf(textOf(file)))
      .flatMap(({ datasources }) => datasources.map(({ uid }) => uid)),
  );
  let expressions = 0;
  const files = filesBelow(`${FOLDER}/dashboards`, '.json');
  for (const file of files) {
    const { panels } = JSON.parse(textOf(file));
    const ids = panels.map(({ id }) => id);
    const fault = (what) => report.fault('grafana', `${file}: ${what}`);
    if (new Set(ids).size < ids.length) fault('two panels have the same id');
    for (const { title, targets = [], datasource, gridPos } of panels) {
      if (gridPos.x + gridPos.w > 24) fault(`${title} is wider than the page`);
      if (targets.length > 0 && !sourceIds.has(datasource?.uid))
        fault(`${title} asks a data source that is not provisioned`);
      for (const { expr } of targets) checkExpression(expr, known, (what) => fault(`${title} ${what}`));
      expressions += targets.length;
    }
  }
  report.ran(
    'grafana',
    `${files.length} dashboard, ${expressions} expressions parsed as PromQL and known to programs or rules`,
  );
  report.left('grafana', 'nothing was drawn: no Grafana here');
}
