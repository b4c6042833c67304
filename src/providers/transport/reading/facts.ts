import type { JsonValue } from "../../../image.ts";

/** What is said of an image, by name. */
export type NamedFacts = { readonly [name: string]: JsonValue };

/** What was said at all, but for what stands elsewhere. */
export function knownFacts(
  facts: { readonly [name: string]: JsonValue | undefined },
  elsewhere: ReadonlySet<string> = new Set(),
): NamedFacts {
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) =>
      value === undefined || elsewhere.has(name) ? [] : [[name, value] as const],
    ),
  );
}

/** What several descriptions of one image, such as those of its copies in several places, say alike. */
export function agreedFacts([first, ...rest]: readonly NamedFacts[]): NamedFacts {
  const text = (value: JsonValue | undefined): string => JSON.stringify(value) ?? "";
  const agreed = Object.entries(first ?? {}).filter(([name, value]) =>
    rest.every((other) => other[name] === value || text(other[name]) === text(value)),
  );
  return Object.fromEntries(agreed);
}

/** The rest of `facts`. */
export function factsBeside(agreed: NamedFacts, facts: NamedFacts): NamedFacts {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => !Object.hasOwn(agreed, name)));
}
