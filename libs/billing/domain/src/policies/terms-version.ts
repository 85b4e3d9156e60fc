export { termsVersionIn } from '@smartkey/terms';
