import { parser } from '@prometheus-io/lezer-promql';

/**
 * What an expression of PromQL asks for.
 * @returns `problem` where it is not PromQL, else the series with the labels that are matched.
 */
function seriesOf(expression) {
  // Variables of a dashboard stand where values do.
  const text = expression.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '1h');
  const series = [];
  let problem;
  parser.parse(text).iterate({
    enter: (node) => {
      if (node.type.isError)
        problem ??= `cannot be read at ${node.from}: ${text.slice(node.from, node.from + 30)}`;
      if (node.name !== 'VectorSelector') return;
      const name = node.node.getChild('Identifier');
      const matchers = node.node.getChild('LabelMatchers');
      const labels = [
        ...(matchers === null ? '' : text.slice(matchers.from, matchers.to)).matchAll(/(\w+)\s*(?:=|!)/g),
      ];
      series.push({
        name: name === null ? '' : text.slice(name.from, name.to),
        labels: labels.map(([, label]) => label),
      });
    },
  });
  return { problem, series };
}

/** Labels that Prometheus itself puts on what it reads. */
const GIVEN = new Set(['job', 'instance', 'program', 'pod', 'namespace', 'le']);

/** That an expression can be read, and asks only for what programs show or rules record. */
export function checkExpression(expression, { metrics, recorded }, say) {
  const { problem, series } = seriesOf(expression);
  if (problem !== undefined) say(problem);
  for (const { name, labels } of series) {
    if (name === 'up' || recorded.has(name)) continue;
    const known = metrics.get(name);
    if (known === undefined) say(`asks for ${name}, which no program shows`);
    // Labels are known of what had samples when the programs were asked.
    else if (known.size > 0)
      for (const label of labels)
        if (!known.has(label) && !GIVEN.has(label))
          say(`asks for the label ${label} of ${name}, which it has not`);
  }
}
