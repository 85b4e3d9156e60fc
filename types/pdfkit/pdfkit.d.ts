// What pdfkit 0.17 does and its published types do not tell.
declare namespace PDFKit.Mixins {
  interface PDFFont {
    /** @param opened a font of fontkit's, or what lays text out like one */
    registerFont(name: string, opened: object): this;
  }

  interface PDFAttachmentOptions {
    /** How the file stands to the document (AFRelationship, ISO 32000-2, 7.11.3). */
    relationship?: 'Alternative';
  }

  interface TextOptions {
    /** Of text on one line, in points: given, it is not measured. */
    textWidth?: number;
    wordCount?: number;
  }
}

declare namespace PDFKit {
  interface PDFDocument {
    /** The document's catalogue (ISO 32000-1, 7.7.2). */
    readonly _root: { readonly data: Record<string, unknown> };
  }
}
