import { layFile } from '@smartkey/files';
import { codeOf, UnavailableError } from '@smartkey/lifecycle';

/** The folder cannot be written to now. */
class EInvoiceFolderError extends UnavailableError {
  override readonly name = 'EInvoiceFolderError';
}

/**
 * Hands electronic invoices over: each a file `<number>.xml` in a folder that a service provider of the Peppol network takes them from. It
 * appears whole or not at all, for its owner alone.
 */
export class EInvoiceFolder {
  constructor(private readonly folder: string) {}

  /** @throws EInvoiceFolderError */
  async put(number: string, xml: Uint8Array): Promise<void> {
    try {
      await layFile(this.folder, `${number}.xml`, xml);
    } catch (cause) {
      throw new EInvoiceFolderError(
        `electronic invoices cannot be laid into ${this.folder}: ${codeOf(cause)}`,
        {
          cause,
        },
      );
    }
  }
}
