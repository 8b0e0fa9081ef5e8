/**
 * Decorators without a compiler.
 * @param {new (...args: never[]) => unknown} target
 * @param {Function[]} ofClass decorators of the class
 * @param {Record<string, Function[]>} ofMembers decorators of its methods and properties, by name
 */
export function decorate(target, ofClass, ofMembers = {}) {
  const { prototype } = target;
  for (const [name, decorators] of Object.entries(ofMembers)) {
    for (const decorator of decorators) {
      decorator(prototype, name, Object.getOwnPropertyDescriptor(prototype, name));
    }
  }
  for (const decorator of ofClass) decorator(target);
}
