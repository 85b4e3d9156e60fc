const IN_JAPAN = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo' });

/** The JST day of an instant, `2024-01-31`. */
export const dayInJapan = (instant: string | number): string => IN_JAPAN.format(new Date(instant));
