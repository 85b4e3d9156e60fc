const HEADER_BYTES = 128;
const TAG_BYTES = 12;
/** Samples of the tone curve. */
const SAMPLES = 1024;

/** Primaries and white of sRGB, adapted to D50 (IEC 61966-2-1). */
const XYZ = {
  wtpt: [0.9642, 1, 0.8249],
  rXYZ: [0.43607, 0.22249, 0.01392],
  gXYZ: [0.38515, 0.71687, 0.09708],
  bXYZ: [0.14307, 0.06061, 0.7141],
} as const;

const aligned = (length: number): number => Math.ceil(length / 4) * 4;
const fixed = (value: number): number => Math.round(value * 0x10000);

function xyz([x, y, z]: readonly [number, number, number]): Buffer {
  const tag = Buffer.alloc(20);
  tag.write('XYZ ', 0, 'latin1');
  [x, y, z].forEach((value, index) => tag.writeInt32BE(fixed(value), 8 + index * 4));
  return tag;
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from('text\0\0\0\0', 'latin1'), Buffer.from(`${value}\0`, 'latin1')]);
}

function description(value: string): Buffer {
  const ascii = Buffer.from(`${value}\0`, 'latin1');
  const tag = Buffer.alloc(12 + ascii.length + 8 + 3 + 67);
  tag.write('desc', 0, 'latin1');
  tag.writeUInt32BE(ascii.length, 8);
  ascii.copy(tag, 12);
  return tag;
}

/** The transfer function of sRGB. */
function curve(): Buffer {
  const tag = Buffer.alloc(12 + SAMPLES * 2);
  tag.write('curv', 0, 'latin1');
  tag.writeUInt32BE(SAMPLES, 8);
  for (let index = 0; index < SAMPLES; index += 1) {
    const value = index / (SAMPLES - 1);
    const linear = value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    tag.writeUInt16BE(Math.round(linear * 0xffff), 12 + index * 2);
  }
  return tag;
}

/** An ICC profile (version 2.1, ICC.1:2001-04) of a display with the colours of sRGB: what a PDF/A's colours mean. */
function profile(): Buffer {
  const tone = curve();
  const tags: readonly (readonly [signature: string, data: Buffer])[] = [
    ['desc', description('sRGB')],
    ['cprt', text('No copyright, use freely')],
    ...Object.entries(XYZ).map(([signature, value]) => [signature, xyz(value)] as const),
    ['rTRC', tone],
    ['gTRC', tone],
    ['bTRC', tone],
  ];
  const table = Buffer.alloc(4 + tags.length * TAG_BYTES);
  table.writeUInt32BE(tags.length, 0);
  const parts: Buffer[] = [];
  const places = new Map<Buffer, number>();
  let end = HEADER_BYTES + table.length;
  tags.forEach(([signature, data], index) => {
    let place = places.get(data);
    if (place === undefined) {
      place = end;
      places.set(data, place);
      parts.push(data, Buffer.alloc(aligned(data.length) - data.length));
      end += aligned(data.length);
    }
    const at = 4 + index * TAG_BYTES;
    table.write(signature, at, 'latin1');
    table.writeUInt32BE(place, at + 4);
    table.writeUInt32BE(data.length, at + 8);
  });
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(end, 0);
  header.writeUInt32BE(0x02100000, 8);
  header.write('mntrRGB XYZ ', 12, 'latin1');
  [2018, 1, 1].forEach((value, index) => header.writeUInt16BE(value, 24 + index * 2));
  header.write('acsp', 36, 'latin1');
  XYZ.wtpt.forEach((value, index) => header.writeInt32BE(fixed(value), 68 + index * 4));
  return Buffer.concat([header, table, ...parts]);
}

export const SRGB_PROFILE: Buffer = profile();
