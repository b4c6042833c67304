import { Ec2Refusal, invalidToken, invalidValue } from "./ec2-errors.ts";
import { compileFilters, type ImageFilter } from "./image-filters.ts";
import { hashText, hex8 } from "../generate/random.ts";

/** A DescribeImages call, checked. */
export interface DescribeImagesRequest {
  readonly owners: readonly string[];
  readonly executableBy: readonly string[];
  readonly imageIds: readonly string[];
  readonly filter: ImageFilter;
  readonly includeDeprecated: boolean;
  readonly includeDisabled: boolean;
  /** Undefined: all in one answer. */
  readonly maxResults: number | undefined;
  /** Where the page starts. */
  readonly position: number;
  /** Equal for calls that ask for the same listing; what tokens are good for. */
  readonly listing: string;
}

const PLAIN = ["IncludeDeprecated", "IncludeDisabled", "MaxResults", "NextToken", "DryRun"];
const KNOWN = /^(?:Action|Version|(?:Owner|ExecutableBy|ImageId)\.\d+|Filter\.\d+\.(?:Name|Value\.\d+))$/;
const NOT_OF_THE_LISTING = new Set(["NextToken", "MaxResults"]);

/** Reads the parameters of the Query API. Throws Ec2Refusal. */
export function readImagesRequest(params: URLSearchParams): DescribeImagesRequest {
  for (const name of params.keys())
    if (!KNOWN.test(name) && !PLAIN.includes(name))
      throw new Ec2Refusal(400, "UnknownParameter", `The parameter ${name} is not recognized`);
  const imageIds = listOf(params, "ImageId");
  const maxResults = readMaxResults(params.get("MaxResults"));
  if (imageIds.length > 0 && (maxResults !== undefined || params.has("NextToken")))
    throw new Ec2Refusal(
      400,
      "InvalidParameterCombination",
      "The parameter imageIds cannot be used with the parameter maxResults/nextToken",
    );
  const listing = listingOf(params);
  return {
    owners: listOf(params, "Owner"),
    executableBy: listOf(params, "ExecutableBy"),
    imageIds,
    filter: compileFilters(readFilters(params)),
    includeDeprecated: readBoolean(params, "IncludeDeprecated"),
    includeDisabled: readBoolean(params, "IncludeDisabled"),
    maxResults,
    position: readToken(params.get("NextToken"), listing),
    listing,
  };
}

/** A token for the page of a listing that starts at a position. Opaque to clients; it outlives a restart. */
export function tokenFor(listing: string, position: number): string {
  const content = `${position}.${listing}`;
  return Buffer.from(`${content}.${hex8(hashText(content))}`).toString("base64");
}

function readToken(token: string | null, listing: string): number {
  if (token === null) return 0;
  const [position = "", ...rest] = Buffer.from(token, "base64").toString().split(".");
  if (!/^\d{1,15}$/.test(position) || token !== tokenFor(listing, Number(position)) || rest.length !== 2)
    throw invalidToken();
  return Number(position);
}

function listingOf(params: URLSearchParams): string {
  const asked = [...params]
    .filter(([name]) => !NOT_OF_THE_LISTING.has(name))
    .map(([name, value]) => `${name}=${value}`);
  return hex8(hashText(asked.toSorted().join("&")));
}

function readMaxResults(text: string | null): number | undefined {
  if (text === null) return undefined;
  const number = /^-?\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(number)) throw invalidValue(`Invalid value '${text}' for maxResults. Expecting an integer.`);
  if (number < 5)
    throw invalidValue(`Value ( ${number} ) for parameter maxResults is invalid. Expecting a value greater than 5.`);
  if (number > 1000)
    throw invalidValue(`Value ( ${number} ) for parameter maxResults is invalid. Expecting a value less than 1000.`);
  return number;
}

function readBoolean(params: URLSearchParams, name: string): boolean {
  const text = params.get(name) ?? "false";
  if (text !== "true" && text !== "false") throw invalidValue(`Invalid value '${text}' for boolean parameter ${name}`);
  return text === "true";
}

function listOf(params: URLSearchParams, name: string): string[] {
  return [...params].filter(([key]) => key.startsWith(`${name}.`)).map(([, value]) => value);
}

/** Values by filter name; two filters of one name count as one with the values of both. */
function readFilters(params: URLSearchParams): Map<string, string[]> {
  const filters = new Map<string, string[]>();
  for (const [key, name] of params) {
    const number = /^Filter\.(\d+)\.Name$/.exec(key)?.[1];
    if (number === undefined) continue;
    const values = listOf(params, `Filter.${number}.Value`);
    filters.set(name, [...(filters.get(name) ?? []), ...values]);
  }
  for (const key of params.keys()) {
    const number = /^Filter\.(\d+)\.Value/.exec(key)?.[1];
    if (number !== undefined && !params.has(`Filter.${number}.Name`))
      throw invalidValue("The filter 'null' is invalid");
  }
  return filters;
}
