/**
 * 第5条1項: (1) device provided, (2) device configured, (3) software obtained, with its licence accepted (2項), (4) prescribed
 * settings made, (5) other items that the operator names.
 */
export type ConditionNumber = 1 | 2 | 3 | 4 | 5;
export const CONDITIONS: readonly ConditionNumber[] = [1, 2, 3, 4, 5];

/** The condition that stands for the software and so for its licence (第5条1項3号, 2項). */
export const SOFTWARE: ConditionNumber = 3;
