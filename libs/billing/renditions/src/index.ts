export * from './pdf/missing-characters.ts';
export * from './pdf/render-pdf.ts';
export * from './printable-document.ts';
