export * from './jp-pint/jp-pint-refusal.ts';
export * from './jp-pint/render-jp-pint.ts';
export * from './pdf/missing-characters.ts';
export * from './pdf/render-pdf.ts';
export * from './printable-document.ts';
export * from './statement/render-statement.ts';
export * from './statement/statement.ts';
