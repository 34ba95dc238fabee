import { assert, type IProperty, type Parameters } from 'fast-check'

/** Checks a property on many inputs, at once: nothing in it is asynchronous. */
export function always<Values>(property: IProperty<Values>, parameters?: Parameters<Values>): void {
  void assert(property, parameters)
}
