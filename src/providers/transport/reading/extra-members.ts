import type { JsonValue } from "../../../image.ts";

/** What a cloud says about an image beyond the fields that all clouds have: its `extra`. */
export type ExtraMembers = { readonly [name: string]: JsonValue };

/** The members that have a value, without those that are `elsewhere`. */
export function knownMembers(
  members: { readonly [name: string]: JsonValue | undefined },
  elsewhere: ReadonlySet<string> = new Set(),
): ExtraMembers {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) =>
      value === undefined || elsewhere.has(name) ? [] : [[name, value] as const],
    ),
  );
}

/** The members that several descriptions of one image have in common, such as those of its copies in several places. */
export function agreedMembers([first, ...rest]: readonly ExtraMembers[]): ExtraMembers {
  const text = (value: JsonValue | undefined): string => JSON.stringify(value) ?? "";
  const agreed = Object.entries(first ?? {}).filter(([name, value]) =>
    rest.every((other) => other[name] === value || text(other[name]) === text(value)),
  );
  return Object.fromEntries(agreed);
}

/** The members of `members` that are not among the `agreed` ones. */
export function membersBeside(agreed: ExtraMembers, members: ExtraMembers): ExtraMembers {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !Object.hasOwn(agreed, name)));
}
