export * from './printable-document.ts';
