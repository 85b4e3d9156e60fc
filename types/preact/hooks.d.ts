import type { Context } from './preact.d.ts';

export function useContext<Value>(context: Context<Value>): Value;
