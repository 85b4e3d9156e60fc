/** Of the layout of documents and statements: another one wherever pages of the same content change. */
export const PDF_TEMPLATE_VERSION = '2';
