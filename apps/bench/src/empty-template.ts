import PDFDocument from 'pdfkit';

/** What no template can be faster than: pdfkit writing a tagged page of A4 with nothing on it. */
export function emptyTemplate(): Buffer {
  const pdf = new PDFDocument({ size: 'A4', font: '', tagged: true, pdfVersion: '1.7', lang: 'ja-JP' });
  pdf.end();
  return pdf.read() as Buffer;
}
