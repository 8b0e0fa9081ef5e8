/** Settings by the names they once had. A setting is still read by its old name, with a warning. */
const RENAMED: Readonly<Record<string, string>> = { LAST_USED_FLUSH_MS: 'BACKGROUND_FLUSH_MS' };

type Given = Readonly<Record<string, string | undefined>>;

interface Renaming {
  /** What was given, by the names of today. */
  readonly given: Given;
  /** By which name a setting was given. */
  readonly givenName: (name: string) => string;
  /** One sentence for each old name. */
  readonly warnings: readonly string[];
}

/** @param environment without empty values */
export function withNewNames(environment: Given): Renaming {
  const given: Record<string, string | undefined> = { ...environment };
  const oldNames = new Map<string, string>();
  const warnings: string[] = [];
  for (const [oldName, name] of Object.entries(RENAMED)) {
    const value = environment[oldName];
    if (value === undefined) continue;
    if (environment[name] === undefined) {
      given[name] = value;
      oldNames.set(name, oldName);
      warnings.push(`The setting ${oldName} is now called ${name}. Please rename it.`);
    } else {
      warnings.push(`The setting ${oldName} is ignored, because ${name} is set. Please remove ${oldName}.`);
    }
  }
  return { given, givenName: (name) => oldNames.get(name) ?? name, warnings };
}
