export type Weight = 'regular' | 'bold';

export interface FontFile {
  /** As the font names itself. */
  readonly name: string;
  readonly package: string;
  /** Of the package, which is pinned. */
  readonly version: string;
  readonly file: string;
}

const biz = { package: '@expo-google-fonts/biz-udpgothic', version: '0.4.2' };
const noto = { package: '@expo-google-fonts/noto-sans-jp', version: '0.4.3' };

/** Each weight's faces: the first that has a letter sets it. Both families are under the OFL and may be embedded (fsType 0). */
export const FONT_FILES: Readonly<Record<Weight, readonly FontFile[]>> = {
  regular: [
    { ...biz, name: 'BIZUDPGothic-Regular', file: '400Regular/BIZUDPGothic_400Regular.ttf' },
    { ...noto, name: 'NotoSansJP-Regular', file: '400Regular/NotoSansJP_400Regular.ttf' },
  ],
  bold: [
    { ...biz, name: 'BIZUDPGothic-Bold', file: '700Bold/BIZUDPGothic_700Bold.ttf' },
    { ...noto, name: 'NotoSansJP-Bold', file: '700Bold/NotoSansJP_700Bold.ttf' },
  ],
};

/** The fonts that PDF files are set with, each with its package and the version of that. */
export const PDF_FONTS: readonly Pick<FontFile, 'name' | 'package' | 'version'>[] = [
  ...FONT_FILES.regular,
  ...FONT_FILES.bold,
].map(({ name, package: of, version }) => ({ name, package: of, version }));
