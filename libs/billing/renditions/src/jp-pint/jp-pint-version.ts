/** The version of the JP PINT billing artefacts that the files are written by and checked against. */
export const JP_PINT_VERSION = '1.1.2';

/** What JP PINT names itself (ibt-024). */
export const CUSTOMIZATION_ID = 'urn:peppol:pint:billing-1@jp-1';

/** The business process (ibt-023). */
export const PROFILE_ID = 'urn:peppol:bis:billing';

/**
 * The first service month that has such a file: the rules always ask for the seller's registration number, which stands on a document
 * from this month on (適格請求書).
 */
export const FIRST_JP_PINT_MONTH = '2023-10';
