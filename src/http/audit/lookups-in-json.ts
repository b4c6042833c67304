import { type OpenLookup, OWNER_FILTER } from "./open-lookup.ts";

const HINT = /"(?:aws_ami|amazon-ami|source_ami_filter)"/;

/** The longest object that is parsed, in characters. A look-up has a few hundred. */
const MOST_CHARACTERS = 100_000;

/**
 * Finds the look-ups without an owner in JSON: Terraform's states, plans and configurations, and Packer's templates. Parses
 * only the objects that may be look-ups, so the text may be large.
 */
export function lookupsInJson(text: string): OpenLookup[] {
  if (!HINT.test(text)) return [];
  return [...hintedObjects(text)].flatMap(({ name, isKey, offset, from, to }) => {
    if (to - from > MOST_CHARACTERS) return [];
    const value = parse(text.slice(from, to));
    if (!isKey) return ofResource(value, offset);
    if (name === "source_ami_filter")
      return isOpen(value) ? [{ what: name, offset, takesNewest: isNewest(value) }] : [];
    // Terraform's configuration as JSON: `"data": {"aws_ami": {"web": {…}}}`.
    return Object.entries(fieldsOf(value)).flatMap(([label, one]) =>
      isOpen(one) && Object.hasOwn(fieldsOf(one), "most_recent")
        ? [{ what: `data.${name}.${label}`, offset, takesNewest: isNewest(one) }]
        : [],
    );
  });
}

interface HintedObject {
  readonly name: string;
  /** Whether the object is the value of a key with that name; else the name is one of its values. */
  readonly isKey: boolean;
  /** Where the name stands. */
  readonly offset: number;
  readonly from: number;
  readonly to: number;
}

/** The objects that have a hint as a value, and those whose key is a hint. */
function* hintedObjects(text: string): Generator<HintedObject> {
  const open: { from: number; hints: Omit<HintedObject, "from" | "to">[] }[] = [];
  let key: Omit<HintedObject, "from" | "to"> | undefined;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (token === "{") {
      open.push({ from: index, hints: key ? [key] : [] });
      key = undefined;
    } else if (token === "}") {
      const { from = 0, hints = [] } = open.pop() ?? {};
      for (const hint of hints) yield { ...hint, from, to: index + 1 };
    } else {
      key = undefined;
      if (!HINT.test(token)) continue;
      const isKey = /^\s{0,100}:/.test(text.slice(index + token.length, index + token.length + 101));
      const hint = { name: token.slice(1, -1), isKey, offset: index };
      if (isKey) key = hint;
      else open.at(-1)?.hints.push(hint);
    }
  }
}

type JsonFields = Readonly<Record<string, unknown>>;

/** The fields of an object; none of what is no object. */
function fieldsOf(value: unknown): JsonFields {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

/** A data source as Terraform's states and plans have it. */
function ofResource(value: unknown, offset: number): OpenLookup[] {
  const { mode, type, name, instances, values, expressions } = fieldsOf(value);
  if (mode !== "data" || type !== "aws_ami") return [];
  const first: unknown = Array.isArray(instances) ? instances[0] : undefined;
  const body = expressions ?? values ?? fieldsOf(first)["attributes"];
  const label = typeof name === "string" ? name : "?";
  return body !== undefined && isOpen(body)
    ? [{ what: `data.aws_ami.${label}`, offset, takesNewest: isNewest(body) }]
    : [];
}

function isOpen(value: unknown): boolean {
  const { owners, filter, filters } = fieldsOf(value);
  const said = unwrapped(owners);
  const isSaid = Array.isArray(said) ? said.length > 0 : said !== undefined && said !== null;
  return !isSaid && !OWNER_FILTER.test(JSON.stringify([filter, filters]));
}

function isNewest(value: unknown): boolean {
  return unwrapped(fieldsOf(value)["most_recent"]) === true;
}

/** A plan has `{"constant_value": …}`, or `{"references": […]}` for a value that is not known yet. */
function unwrapped(value: unknown): unknown {
  const { constant_value: constant, references } = fieldsOf(value);
  return constant ?? references ?? (typeof value === "object" && !Array.isArray(value) ? undefined : value);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
