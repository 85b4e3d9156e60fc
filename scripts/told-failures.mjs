// A rule of ESLint: who catches an error must use it. One that nobody looks at vanishes, and with it the only trace of a fault.
// For what is meant to be put aside there are `ended`, `readable` and `rest` (@smartkey/kernel), which say so by their names.

const UNUSED =
  'A caught error is used: told, logged, thrown on, or looked at (see ended, readable, rest of @smartkey/kernel).';

export const toldFailures = {
  meta: { type: 'problem', schema: [], messages: { unused: UNUSED } },
  create(context) {
    const { sourceCode } = context;
    const isUsed = (node) =>
      sourceCode
        .getDeclaredVariables(node)
        .some(
          (variable) =>
            variable.defs.some(({ type }) => type === 'CatchClause' || type === 'Parameter') &&
            variable.references.length > 0,
        );
    const check = (node) => {
      if (!isUsed(node)) context.report({ node, messageId: 'unused' });
    };
    const isHandler = (node) =>
      node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression';
    return {
      CatchClause: check,
      CallExpression({ callee, arguments: given }) {
        if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
        const handler = { catch: given[0], then: given[1] }[callee.property.name];
        if (isHandler(handler)) check(handler);
      },
    };
  },
};
