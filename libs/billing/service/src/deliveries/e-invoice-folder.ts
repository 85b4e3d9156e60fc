import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FILE_MODE, FOLDER_MODE, makeFolder } from '@smartkey/files';
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
    const file = join(this.folder, `${number}.xml`);
    try {
      await makeFolder(this.folder, FOLDER_MODE);
      await writeFile(`${file}.part`, xml, { mode: FILE_MODE });
      await rename(`${file}.part`, file);
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
