import { useSurroundings } from '../pages/surroundings.ts';

/** The secret of an authenticator app to be scanned, drawn on the server. @param svg the whole picture. */
export const QrCode = ({ svg }: { readonly svg: string }) => (
  <p class="qr">
    <img
      src={`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`}
      alt={useSurroundings().t('認証アプリで読み取るQRコード', 'QR code for an authenticator app')}
      width={272}
      height={272}
    />
  </p>
);
