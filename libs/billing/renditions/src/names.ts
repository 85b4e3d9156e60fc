// What files are called and made by: needs no library that makes them, and loads none.
export { JP_PINT_VERSION } from './jp-pint/jp-pint-version.ts';
export { PDF_FONTS } from './pdf/fonts/font-files.ts';
export { PDF_TEMPLATE_VERSION } from './pdf/pdf-template-version.ts';
export { documentTitle } from './sheet/names-of-documents.ts';
export { accountsOfStatement, ERASED_ID } from './statement/statement.ts';
